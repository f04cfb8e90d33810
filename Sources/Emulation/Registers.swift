import ScreenModel

/// All of a terminal's state that is plain values: saved by one copy.
struct Registers {
    // MARK: Cursor and pen
    var row = 0
    var column = 0
    /// The last column was written and the next character goes to the next line (autowrap).
    var pendingWrap = false
    /// What the next character will look like; its content is unused.
    var pen = Cell.blank
    var charsets = Charsets()

    // MARK: Screen state
    /// The scroll region, both inclusive.
    var top = 0
    var bottom: Int
    var originMode = false
    var autowrap = true
    var insertMode = false
    var newLineMode = false
    /// The program set or cleared tab stops.
    var hasOwnTabs = false
    var modes = Modes()
    var cursorIsVisible = true
    var cursorShape = Cursor.Shape.block
    var cursorBlinks = true
    var updateDepth = 0
    var saved = SavedCursor()
    var savedAlternate = SavedCursor()
    /// What 1049 saved.
    var savedByAlternate: SavedCursor?
    var keyboard = KeyboardFlags()
    var keyboardAlternate = KeyboardFlags()
    var topLine = 0
    /// No resize takes back lines before this one: what it can reach is what checkpoints hold.
    var reachableLine = 0

    // MARK: What joins characters
    /// The last character printed, for REP; 0 when none or when a control came after it.
    var last: UInt32 = 0
    /// A ZWJ came last.
    var joinNext = false
    /// Half a flag came last.
    var flagHalf = false

    // MARK: libvterm's cursor, to know when it must be told
    var libraryRow = 0
    var libraryColumn = 0

    // MARK: Tokenizer
    var state = TokenizerState.ground
    /// Scalar so far, and bytes still to come, of a UTF-8 character.
    var scalar: UInt32 = 0
    var scalarRest = 0
    /// The allowed range of the next byte of the character.
    var scalarLow: UInt8 = 0x80
    var scalarHigh: UInt8 = 0xBF
    /// `<`, `=`, `>` or `?` at the start of a control sequence.
    var leader: UInt8 = 0
    var intermediate: UInt8 = 0
    var tooManyIntermediates = false
    var stringOverflow = false

    init(rows: Int) {
        bottom = rows - 1
    }
}

/// Where the tokenizer is within a sequence; a Williams state machine with the string states folded together.
enum TokenizerState: UInt8 {
    case ground, escape, escapeIntermediate, controlSequence, controlSequenceIgnored
    /// Operating system command, device control string, and strings that are consumed (APC, PM, SOS, `ESC k`)
    case osc, dcs, ignoredString
}

/// Which character sets G0 … G3 are and which one is in use.
struct Charsets {
    /// `B` ASCII, `0` DEC graphics, `A` UK
    var g0: UInt8 = 0x42
    var g1: UInt8 = 0x42
    var g2: UInt8 = 0x42
    var g3: UInt8 = 0x42
    var shifted = 0
    /// 2 or 3 for one character after SS2 or SS3
    var single = 0

    subscript(index: Int) -> UInt8 {
        get { index == 0 ? g0 : index == 1 ? g1 : index == 2 ? g2 : g3 }
        set {
            switch index {
            case 0: g0 = newValue
            case 1: g1 = newValue
            case 2: g2 = newValue
            default: g3 = newValue
            }
        }
    }

    /// Characters go to the screen as they are.
    var isPlain: Bool { single == 0 && self[shifted] == 0x42 }
}

/// What DECSC saves.
struct SavedCursor {
    var row = 0
    var column = 0
    var pendingWrap = false
    var pen = Cell.blank
    var charsets = Charsets()
    var originMode = false
}

/// The stack of kitty keyboard flags of one screen: eight levels, the lowest byte is in force.
struct KeyboardFlags {
    private var levels: UInt64 = 0

    var current: UInt8 {
        get { UInt8(truncatingIfNeeded: levels) }
        set { levels = levels & ~0xFF | UInt64(newValue) }
    }

    /// The oldest level falls out when there are too many.
    mutating func push(_ flags: UInt8) {
        levels = levels << 8 | UInt64(flags)
    }

    mutating func pop(_ count: Int) {
        levels = count >= 8 ? 0 : levels >> UInt64(8 * max(0, count))
    }
}
