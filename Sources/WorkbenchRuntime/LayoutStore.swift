import FoundationEssentials
import Glibc
import WorkbenchModel

/// Saved layouts, a file each in `AH_HOME/layouts`.
struct LayoutStore {
    let folder: String

    init(home: String) { folder = "\(home)/layouts" }

    /// The layout of the workbench that was open last, for the next one.
    static let last = "last"

    enum Problem: Error, CustomStringConvertible {
        case badName(String)
        case absent(String, known: [String])
        case unreadable(String, reason: String)
        case unwritable(String, reason: String)

        var description: String {
            switch self {
            case .badName(let name):
                "“\(name)” is no name for a layout: letters, digits, - _ . and spaces are, up to 64"
            case .absent(let name, let known):
                "there is no layout “\(name)”"
                    + (known.isEmpty ? "; save-layout makes one" : "; there are \(known.joined(separator: ", "))")
            case .unreadable(let path, let reason): "\(path): not a layout (\(reason)); delete it and save it again"
            case .unwritable(let path, let reason): "\(path): can't be saved: \(reason)"
            }
        }
    }

    /// The names of all saved layouts but the last workbench's.
    var names: [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.filter { $0 != Self.last }.sorted()
    }

    func load(_ name: String) throws(Problem) -> SavedLayout {
        let path = try path(name)
        guard let data = FileManager.default.contents(atPath: path) else { throw .absent(name, known: names) }
        do {
            let saved = try JSONDecoder().decode(SavedLayout.self, from: data)
            guard saved.version == SavedLayout.version else {
                throw Problem.unreadable(path, reason: "it is of version \(saved.version)")
            }
            return saved
        } catch let problem as Problem {
            throw problem
        } catch {
            throw .unreadable(path, reason: "\(error)".prefix(80).description)
        }
    }

    /// Whole or not at all: a crash leaves the old one.
    func save(_ layout: SavedLayout, as name: String) throws(Problem) {
        let path = try path(name)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        guard let data = try? encoder.encode(layout) else { throw .unwritable(path, reason: "it can't be encoded") }
        mkdir(folder, 0o700)
        let draft = "\(path).\(getpid()).new"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .unwritable(path, reason: String(cString: strerror(errno))) }
        let count = data.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
        guard count == data.count, rename(draft, path) == 0 else {
            let reason = String(cString: strerror(errno))
            unlink(draft)
            throw .unwritable(path, reason: reason)
        }
    }

    private func path(_ name: String) throws(Problem) -> String {
        let isFine =
            (1...64).contains(name.utf8.count) && !name.hasPrefix(".")
            && name.unicodeScalars.allSatisfy { scalar in
                scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                    || "-_. ".unicodeScalars.contains(scalar)
            }
        guard isFine else { throw .badName(name) }
        return "\(folder)/\(name).json"
    }
}
