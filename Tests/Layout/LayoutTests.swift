import Testing

/// The package's shape: what lies where, who imports whom, how long a file may grow.
struct LayoutTests {
    private let tree = SourceTree()

    @Test func `the top level holds what the architecture names and hidden files`() {
        // Written by the package manager and by profiling; ignored by git.
        let generated: Set<String> = ["Package.resolved", "default.profraw"]
        let names = Set(tree.names().filter { !$0.hasPrefix(".") }).subtracting(generated)
        #expect(names == ["Package.swift", "Sources", "Tests", "keymaps", "themes", "README.md", "LICENSE"])
    }

    @Test func `no build product is committed`() {
        // The index of git holds its paths as plain bytes.
        let index = tree.text(".git/index")
        #expect(!index.contains("Package.resolved"))
        #expect(!index.contains(".build/"))
        #expect(tree.text(".gitignore").contains("Package.resolved"))
    }

    @Test func `every module is in the table of the architecture`() {
        #expect(Set(tree.names(in: "Sources")) == Set(Architecture.allowed.keys).union(Architecture.shims))
    }

    @Test(arguments: Architecture.allowed.keys.sorted())
    func `a module imports only what the architecture lets it`(module: String) {
        let allowed = (Architecture.allowed[module] ?? []).union(Architecture.system)
        for path in tree.files(below: "Sources/\(module)", ending: ".swift") {
            let surplus = tree.imports(path).filter { !allowed.contains($0) }
            #expect(surplus.isEmpty, "\(path) imports \(surplus)")
        }
    }

    @Test(arguments: Architecture.soleImporters.keys.sorted())
    func `each outside thing has its importers and no others`(outside: String) {
        let importers = Architecture.allowed.keys.filter { module in
            tree.files(below: "Sources/\(module)", ending: ".swift").contains { tree.imports($0).contains(outside) }
        }
        #expect(Set(importers).isSubset(of: Architecture.soleImporters[outside] ?? []))
    }

    @Test func `the manifest declares the dependencies of the table and no others`() {
        // `module("Name", ["A", "B", crypto])`, possibly over several lines.
        let manifest = tree.text("Package.swift")
        let products = [
            "crypto": "Crypto", "toml": "TOMLKit", "arguments": "ArgumentParser", "system": "SystemPackage",
            "database": "GRDB", "http": "Hummingbird",
        ]
        for match in manifest.matches(of: #/module\(\s*"(\w+)"(?:,\s*embedding:\s*"[^"]*")?,\s*\[([^\]]*)\]/#) {
            let declared = match.2.split { !($0.isLetter || $0.isNumber) }.map { products[String($0)] ?? String($0) }
            let allowed = (Architecture.allowed[String(match.1)] ?? []).union(Architecture.system)
            let surplus = declared.filter { !allowed.contains($0) }
            #expect(surplus.isEmpty, "\(match.1) depends on \(surplus)")
        }
    }

    @Test func `no file is longer than 400 lines`() {
        for path in tree.files(below: "Sources") + tree.files(below: "Tests", ending: ".swift") {
            let count = tree.lines(path).count
            #expect(count <= 400, "\(path) has \(count) lines: split it by facet")
            if count > 300 { print("\(path) has \(count) lines; about 300 is the aim") }
        }
    }

    @Test(arguments: Architecture.allowed.keys.sorted())
    func `no type has its module's name or a name that says nothing`(module: String) {
        for path in tree.files(below: "Sources/\(module)", ending: ".swift") {
            for type in tree.types(path) {
                #expect(type != module, "\(path): a type named as its module hides the module")
                #expect(
                    !["Manager", "Helper", "Helpers", "Util", "Utils"].contains { type.hasSuffix($0) },
                    "\(path): \(type) says nothing; which noun is missing?")
            }
        }
    }

    @Test(arguments: Architecture.allowed.keys.sorted().filter { $0 != "ah" })
    func `a module's main file says what the module is`(module: String) {
        let openings = tree.files(below: "Sources/\(module)", ending: ".swift").map { path in
            tree.lines(path).prefix { $0.hasPrefix("//") && !$0.hasPrefix("///") }
        }
        guard !isPlaceholder(module) else { return }
        #expect(
            openings.contains { ($0.first ?? "").hasPrefix("// \(module)") && (3...12).contains($0.count) },
            "no file of \(module) opens with `// \(module): …`, three to twelve lines")
    }

    private func isPlaceholder(_ module: String) -> Bool {
        tree.text("Sources/\(module)/\(module).swift").contains("Placeholder until")
    }

    @Test func `Tests mirrors Sources`() {
        let modules = Set(Architecture.allowed.keys).subtracting(["ah", "ah-server", "WorkbenchRuntime"])
        let folders = Set(tree.names(in: "Tests"))
        #expect(folders.isSuperset(of: modules), "a module without tests")
        // The executable and its runtime are tested as a whole, by the journeys.
        #expect(folders.subtracting(modules).isSubset(of: Architecture.testFolders.union(["ah", "WorkbenchRuntime"])))
        for module in modules where !isPlaceholder(module) {
            let tests = tree.files(below: "Tests/\(module)", ending: ".swift").filter {
                tree.text($0).contains("@Test")
            }
            #expect(!tests.isEmpty, "\(module) has no test")
        }
    }
}
