import Testing

/// What the package's texts may and may not say.
struct TextTests {
    private let tree = SourceTree()

    @Test func `no file names a folder of somebody's machine`() {
        // Put together here so that this file doesn't name them either.
        let folders = ["/" + "work/", "/" + "workspace", "/" + "Users/"]
        for path in tree.handwritten {
            let text = tree.text(path)
            for folder in folders {
                let isNamed = text.contains(folder)
                #expect(!isNamed, "\(path) names \(folder)")
            }
        }
    }

    @Test func `every address in the package is one that it means to name`() {
        let hosts: Set<Substring> = [
            "github.com", "www.apache.org", "docs.asciinema.org", "sw.kovidgoyal.net", "invisible-island.net",
            "gitlab.freedesktop.org", "example.com", "example.org", "localhost", "127.0.0.1", "www.swift.org",
            "swift.org",
            "a.example", "b.example", "www.w3.org",
        ]
        for path in tree.handwritten {
            for line in tree.lines(path) where line.contains("://") {
                for match in line.matches(of: #/\bhttps?:\/\/([A-Za-z0-9.\-]+)/#) {
                    #expect(hosts.contains(match.1), "\(path) names \(match.1)")
                }
            }
        }
    }

    @Test func `CI runs the test command of the README`() {
        let script = tree.text(".ci/run")
        #expect(script.contains("README.md"), "the command is taken from the README, so that it can't differ")
        let command = section("test")
        #expect(command.contains("swift test --explicit-target-dependency-import-check error"))
        #expect(command.contains("apt-get install"))
        #expect(section("run").contains("swift build -c release"))
    }

    @Test func `a command of the README needs no answer from a person`() {
        for name in ["run", "test"] {
            let command = section(name)
            #expect(command.contains("DEBIAN_FRONTEND=noninteractive"))
            #expect(command.contains("install -y"))
        }
    }

    @Test func `the manifest's packages are each explained in the README`() {
        let page = tree.text("README.md")
        for match in tree.text("Package.swift").matches(of: #/url: "[^"]*\/([^"\/]+)"/#) {
            #expect(page.contains(match.1), "the README doesn't say why \(match.1) is needed")
        }
    }

    /// The shell block after `<!-- name -->` in the README, which is also how the CI script finds it.
    private func section(_ name: String) -> String {
        let lines = tree.lines("README.md")
        guard let marker = lines.firstIndex(of: "<!-- \(name) -->") else { return "" }
        return lines[(marker + 2)...].prefix { $0 != "```" }.joined(separator: "\n")
    }
}
