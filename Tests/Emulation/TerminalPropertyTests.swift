import ScreenModel
import TestSupport
import Testing

@testable import Emulation

struct TerminalPropertyTests {
    private static let seeds = Array(UInt64(1)...24)

    @Test(arguments: seeds)
    func `any split of the input gives the same state`(seed: UInt64) {
        var generator = OutputGenerator(seed: seed)
        let size = generator.size()
        let bytes = generator.bytes(pieces: 300)
        let whole = Terminal(size: size)
        let changes = whole.feed(bytes)
        let single = Terminal(size: size)
        let split = Terminal(size: size)
        var singleChanges = Changes()
        for byte in bytes { singleChanges.append(single.feed([byte])) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = rest.prefix(Int.random(in: 1..<50, using: &generator.random))
            split.feed(Array(part))
            rest = rest.dropFirst(part.count)
        }
        #expect(VisibleState(single) == VisibleState(whole))
        #expect(VisibleState(split) == VisibleState(whole))
        #expect(singleChanges.replies == changes.replies)
        let isBell: (TerminalEvent) -> Bool = { $0 == .bell || $0 == .updateCompleted }
        #expect(singleChanges.events.filter { !isBell($0) } == changes.events.filter { !isBell($0) })
        for line in whole.scrollback.first..<whole.scrollback.end {
            #expect(whole.scrollbackLine(line)?.count == single.scrollbackLine(line)?.count)
        }
    }

    @Test(arguments: seeds)
    func `going on from a checkpoint equals going on`(seed: UInt64) {
        var generator = OutputGenerator(seed: seed &+ 1000)
        let size = generator.size()
        let terminal = Terminal(size: size)
        var cuts: [(checkpoint: Checkpoint, state: VisibleState, rest: [Step])] = []
        for _ in 0..<12 {
            for _ in 0..<20 { generator.step().apply(to: terminal) }
            // Not at a piece's end: in the middle of a character or an escape sequence.
            terminal.feed(Array(generator.piece().dropLast()))
            let checkpoint = terminal.checkpoint()
            let rest = (0..<25).map { _ in generator.step() }
            for step in rest { step.apply(to: terminal) }
            cuts.append((checkpoint, VisibleState(terminal), rest))
        }
        for cut in cuts.shuffled(using: &generator.random) {
            terminal.restore(cut.checkpoint)
            for step in cut.rest { step.apply(to: terminal) }
            #expect(VisibleState(terminal) == cut.state, "seed \(seed), byte \(cut.checkpoint.offset)")
        }
    }

    @Test(arguments: seeds)
    func `resizes keep the state whole and random bytes never trap`(seed: UInt64) {
        var generator = OutputGenerator(seed: seed &+ 2000)
        let terminal = Terminal(size: generator.size(), scrollbackLimit: 50)
        for _ in 0..<200 {
            terminal.feed((0..<64).map { _ in UInt8.random(in: 0...255, using: &generator.random) })
            generator.step().apply(to: terminal)
            #expect(terminal.brokenInvariant == nil)
            #expect(terminal.scrollback.end - terminal.scrollback.first <= 50)
        }
    }

    /// The first bytes one by one, the rest in pieces of odd lengths, since a debug build takes its time.
    private func feed(_ bytes: [UInt8], to terminal: Terminal, byBytes count: Int) {
        for byte in bytes.prefix(count) { terminal.feed([byte]) }
        var rest = bytes.dropFirst(count)
        while !rest.isEmpty {
            terminal.feed(Array(rest.prefix(37)))
            rest = rest.dropFirst(37)
        }
    }

    @Test(.enabled(if: Corpus.isPresent, "\(Corpus.skipped)"), arguments: Corpus.streams)
    func `a stream of the corpus may be cut anywhere`(path: String) throws {
        let stream = try CorpusStream(path: path)
        let whole = Terminal(size: stream.size)
        let single = Terminal(size: stream.size)
        let restored = Terminal(size: stream.size)
        var random = SeededRandom(seed: 7)
        for step in stream.steps {
            switch step {
            case .resize(let size): for terminal in [whole, single, restored] { terminal.resize(to: size) }
            case .output(let bytes):
                whole.feed(bytes)
                feed(bytes, to: single, byBytes: 4000)
                let cut = Int.random(in: 0...bytes.count, using: &random)
                restored.feed(Array(bytes[..<cut]))
                let checkpoint = restored.checkpoint()
                restored.feed(Array(bytes[cut...]))
                restored.restore(checkpoint)
                restored.feed(Array(bytes[cut...]))
            }
        }
        #expect(VisibleState(single) == VisibleState(whole))
        #expect(VisibleState(restored) == VisibleState(whole))
        #expect(whole.checkpoint().byteCount < 20_000, "\(path): \(whole.checkpoint().byteCount)")
    }
}

/// One thing that can happen to a terminal.
enum Step {
    case output([UInt8])
    case resize(Size)

    func apply(to terminal: Terminal) {
        switch self {
        case .output(let bytes): terminal.feed(bytes)
        case .resize(let size): terminal.resize(to: size)
        }
    }
}

extension OutputGenerator {
    mutating func step() -> Step {
        Int.random(in: 0..<30, using: &random) == 0 ? .resize(size()) : .output(piece())
    }
}
