/// A command as it is listed: in one line, and without what was added so that the program tells what it does.
public enum CommandText {
    /// - Parameter command: the program and its arguments.
    public static func text(_ command: [String]) -> String {
        var words: [String] = []
        for word in command {
            guard isOwn(word) else {
                words.append(word)
                continue
            }
            // The option that it is the value of.
            if words.count > 1, words[words.count - 1].hasPrefix("-") { words.removeLast() }
        }
        return words.joined(separator: " ")
    }

    /// Whether it lies in a session's private folder, `sessions/ID+N.agent`.
    private static func isOwn(_ word: String) -> Bool {
        let parts = word.split(separator: "/")
        return parts.indices.dropFirst().contains { index in
            parts[index - 1].hasSuffix("sessions") && parts[index].hasSuffix(".agent") && parts[index].contains("+")
        }
    }
}
