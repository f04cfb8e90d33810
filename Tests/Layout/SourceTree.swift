import FoundationEssentials

/// The package's own files, found from where this file was compiled.
struct SourceTree {
    let root: String

    init(file: String = #filePath) {
        // Tests/Layout/SourceTree.swift lies three levels below the root.
        root = file.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
    }

    func names(in folder: String = "") -> [String] {
        let path = folder.isEmpty ? root : "\(root)/\(folder)"
        return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }

    /// Files below the folder, as paths from the root. Hidden ones are left out.
    func files(below folder: String, ending suffix: String = "") -> [String] {
        names(in: folder).filter { !$0.hasPrefix(".") }.flatMap { name -> [String] in
            let path = "\(folder)/\(name)"
            var isFolder = false
            _ = FileManager.default.fileExists(atPath: "\(root)/\(path)", isDirectory: &isFolder)
            return isFolder ? files(below: path, ending: suffix) : path.hasSuffix(suffix) ? [path] : []
        }
    }

    func bytes(_ path: String) -> Data {
        (try? Data(contentsOf: URL(filePath: "\(root)/\(path)"))) ?? Data()
    }

    func text(_ path: String) -> String { String(decoding: bytes(path), as: UTF8.self) }

    func lines(_ path: String) -> [Substring] { text(path).split(separator: "\n", omittingEmptySubsequences: false) }

    /// Everything that is written by hand: sources, tests, keymaps, themes, the manifest, the page, the CI script.
    var handwritten: [String] {
        ["Sources", "Tests", "keymaps", "themes"].flatMap { files(below: $0) }
            + ["Package.swift", "README.md", ".ci/run", ".gitignore", ".swift-format"]
    }
}

extension SourceTree {
    /// The modules that a Swift file imports, each once, in order.
    func imports(_ path: String) -> [String] {
        var modules: [String] = []
        // The expression is slow in a debug build, and most lines need none.
        for line in lines(path) where line.utf8.count < 200 && line.contains("import ") {
            guard let match = line.firstMatch(of: Self.importLine) else { continue }
            let module = String(match.module)
            if !modules.contains(module) { modules.append(module) }
        }
        return modules
    }

    private static var importLine: Regex<(Substring, module: Substring)> {
        #/^\s*(?:@\w+\s+|public\s+|package\s+|internal\s+)*import\s+(?:(?:struct|class|enum|func|var|let|protocol|typealias)\s+)?(?<module>\w+)/#
    }

    /// The types that a Swift file declares, at any depth.
    func types(_ path: String) -> [String] {
        let keywords = ["struct ", "class ", "enum ", "actor ", "protocol ", "typealias "]
        return lines(path).compactMap { line in
            guard keywords.contains(where: { line.contains($0) }),
                let match = line.firstMatch(of: Self.declaration)
            else { return nil }
            return String(match.name)
        }
    }

    private static var declaration: Regex<(Substring, name: Substring)> {
        #/^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|private|fileprivate|final|indirect)\s+)*(?:struct|class|enum|actor|protocol|typealias)\s+(?<name>\w+)/#
    }
}
