import ScreenModel

/// The key strings of a terminfo entry.
enum TerminfoKeys {
    /// Every key that sends a sequence of at least two bytes, and Backspace, which may be one.
    static func read(_ terminfo: Terminfo) -> [[UInt8]: KeyChord] {
        var keys: [[UInt8]: KeyChord] = [:]
        for (name, key) in plain { add(name, KeyChord(key), terminfo, &keys) }
        for number in 1...12 { add("kf\(number)", KeyChord(.function(UInt8(number))), terminfo, &keys) }
        for (name, key) in shifted { add(name, KeyChord(key, .shift), terminfo, &keys) }
        for (name, key) in extended {
            for code in 3...8 {
                add("\(name)\(code)", KeyChord(key, Modifiers(rawValue: UInt8(code - 1))), terminfo, &keys)
            }
        }
        return keys
    }

    private static func add(
        _ name: String, _ chord: KeyChord, _ terminfo: Terminfo, _ keys: inout [[UInt8]: KeyChord]
    ) {
        guard let bytes = terminfo.string(name), !bytes.isEmpty, bytes.count <= 16 else { return }
        guard bytes.count > 1 && bytes[0] == 0x1B || chord.key == .backspace else { return }
        if keys[bytes] == nil { keys[bytes] = chord }
    }

    private static let plain: [(String, Key)] = [
        ("kbs", .backspace), ("kcuu1", .up), ("kcud1", .down), ("kcub1", .left), ("kcuf1", .right), ("khome", .home),
        ("kend", .end), ("kpp", .pageUp), ("knp", .pageDown), ("kich1", .insert), ("kdch1", .delete),
        ("kent", .enter), ("kb2", .begin),
    ]
    private static let shifted: [(String, Key)] = [
        ("kcbt", .tab), ("kLFT", .left), ("kRIT", .right), ("kri", .up), ("kind", .down), ("kHOM", .home),
        ("kEND", .end), ("kPRV", .pageUp), ("kNXT", .pageDown), ("kIC", .insert), ("kDC", .delete),
    ]
    /// ncurses' extended names: kUP5 is Up with xterm's modifier code 5 (1 + Control).
    private static let extended: [(String, Key)] = [
        ("kUP", .up), ("kDN", .down), ("kLFT", .left), ("kRIT", .right), ("kHOM", .home), ("kEND", .end),
        ("kPRV", .pageUp), ("kNXT", .pageDown), ("kIC", .insert), ("kDC", .delete),
    ]
}
