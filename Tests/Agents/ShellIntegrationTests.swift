import Agents
import Testing

struct ShellIntegrationTests {
    private static func plan(_ program: String, _ environment: [String: String] = [:]) throws -> HookInstallation {
        var request = HookInstallation.Request(executable: "/ah", folder: "/f", environment: environment)
        request.program = program
        return try HookInstallation.plan(.shell, request) { _ in nil }
    }

    @Test func `each shell is led to its marks in its own way`() throws {
        #expect(try Self.plan("/bin/bash").arguments == ["--rcfile", "/f/bashrc"])
        let zsh = try Self.plan("/bin/zsh", ["ZDOTDIR": "/z"])
        #expect(zsh.environment == ["ZDOTDIR": "/f/zsh", "AH_USER_ZDOTDIR": "/z"])
        #expect(zsh.files["zsh/.zshenv"] != nil)
        #expect(try Self.plan("fish").arguments == ["--init-command", "source /f/marks.fish"])
        let other = try Self.plan("/bin/dash")
        #expect(other.files.isEmpty && other.remarks.count == 1)
    }
}
