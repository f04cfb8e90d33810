import Testing

@testable import Recording

struct CommandTextTests {
    @Test(arguments: [
        (["/bin/bash", "--rcfile", "/home/x/.ah/sessions/1-2+33.agent/bashrc"], "/bin/bash"),
        (["claude", "--settings", "/h/sessions/1+2.agent/settings.json", "fix it"], "claude fix it"),
        (["x", "/h/sessions/1+2.agent/y"], "x"),
        (["vim", "--rcfile", "/h/sessions/notes.agent/bashrc"], "vim --rcfile /h/sessions/notes.agent/bashrc"),
        (["bash", "-c", "echo a b"], "bash -c echo a b"), ([], ""),
    ]) func `what was added to watch a program isn't listed`(command: [String], text: String) {
        #expect(CommandText.text(command) == text)
    }
}
