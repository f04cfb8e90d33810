import FoundationEssentials
import ScreenModel
import Testing

@testable import Emulation

/// Folders of `input`, `size` and `expected` in `Tests/Goldens/Emulation`; what is expected is what tmux 3.3a showed.
struct GoldenTests {
    private static let folder =
        #filePath.split(separator: "/").dropLast(2).reduce("") { "\($0)/\($1)" } + "/Goldens/Emulation"

    private static let names =
        (try? FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") }.sorted()) ?? []

    @Test func `there are goldens`() {
        #expect(!Self.names.isEmpty)
    }

    @Test(arguments: names)
    func `the screen is the expected one`(name: String) throws {
        func read(_ file: String) throws -> [UInt8] {
            try Array(Data(contentsOf: URL(filePath: "\(Self.folder)/\(name)/\(file)")))
        }
        let size = String(decoding: try read("size"), as: UTF8.self).split { $0 == "x" || $0 == "\n" }.compactMap {
            Int($0)
        }
        let expected = String(decoding: try read("expected"), as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false
        ).dropLast().map(String.init)
        let terminal = Terminal(size: Size(columns: size[0], rows: size[1]))
        terminal.feed(try read("input"))
        for (row, text) in expected.enumerated() {
            #expect(terminal.text[row] == text, "row \(row) of \(name)")
        }
        #expect(expected.count == size[1])
    }
}
