import Glibc
import Interchange
import Recording
import Synchronization

/// A recording in another form, made block by block as it is sent.
final class RecordingExport: Sendable {
    enum Form: String, Sendable, CaseIterable {
        /// The file itself.
        case ahr
        /// A JSON document with asciicast's events.
        case cast
        case asciicastV2 = "asciicast-v2"
        case asciicastV3 = "asciicast-v3"
        /// The program's output, byte for byte.
        case raw

        var type: String {
            switch self {
            case .ahr: "application/octet-stream"
            case .cast: "application/json"
            case .asciicastV2, .asciicastV3: "application/x-asciicast"
            case .raw: "application/octet-stream"
            }
        }
    }

    private struct State {
        var reader: RecordingReader
        var writer: AsciicastWriter
        var block = 0
        var isFirstEvent = true
        var isBegun = false
        var isDone = false
    }

    private let form: Form
    /// Milliseconds; nothing lies between them when they are the wrong way round.
    private let start: Int64
    private let end: Int64
    private let state: Mutex<State>

    init(path: String, form: Form, from start: Int64, to end: Int64) throws {
        self.form = form
        self.start = start
        self.end = end
        state = Mutex(
            State(
                reader: try RecordingAccess.open(path),
                writer: AsciicastWriter(version: form == .asciicastV3 ? .v3 : .v2)))
    }

    /// The next bytes; nil at the end. May be empty.
    func next() throws -> [UInt8]? {
        try state.withLock { state in
            if state.isDone { return nil }
            if !state.isBegun {
                state.isBegun = true
                return try beginning(&state)
            }
            guard state.block < state.reader.blocks.count,
                state.reader.blocks[state.block].startTime.milliseconds <= end
            else {
                state.isDone = true
                return ending(&state)
            }
            let block = try state.reader.block(state.block)
            state.block += 1
            guard block.endTime.milliseconds >= start else { return [] }
            return encode(block, &state)
        }
    }

    private func beginning(_ state: inout State) throws -> [UInt8] {
        let facts = try Self.facts(state.reader)
        switch form {
        case .ahr, .raw: return []
        case .cast:
            let head =
                "{\"format\":\"cast\",\"width\":\(facts.initialSize.columns),\"height\":\(facts.initialSize.rows),"
            return Array((head + "\"events\":[").utf8)
        case .asciicastV2, .asciicastV3:
            let metadata = facts.metadata
            return state.writer.header(
                size: facts.initialSize, startedAt: metadata?.startedAt, title: metadata?.name,
                command: metadata?.command.joined(separator: " "),
                environment: metadata?.terminal.map { ["TERM": $0] } ?? [:])
        }
    }

    /// What is known without reading all of a recording that is still written.
    private static func facts(_ reader: RecordingReader) throws -> Summary {
        if let summary = reader.summary { return summary }
        var summary = Summary()
        guard !reader.blocks.isEmpty else { return summary }
        for event in try reader.block(0).events {
            switch event.kind {
            case .metadata(let metadata): summary.metadata = metadata
            case .resize(let columns, let rows) where event.offset.value == 0:
                summary.initialSize.columns = columns
                summary.initialSize.rows = rows
            default: break
            }
        }
        return summary
    }

    private func ending(_ state: inout State) -> [UInt8] {
        let rest = state.writer.finish()
        switch form {
        case .ahr, .raw: return []
        case .asciicastV2, .asciicastV3: return rest
        case .cast:
            var bytes: [UInt8] = []
            append(rest, to: &bytes, &state)
            let moments = ((try? state.reader.index()) ?? Summary()).moments
                .filter { contains($0.time) }
                .map { moment -> JSON in
                    [
                        "ts": .seconds(moment.time.milliseconds), "id": .string("m\(moment.value.id)"),
                        "label": .string(moment.value.label),
                    ]
                }
            return bytes + Array("],\"moments\":".utf8) + JSON.array(moments).bytes + [UInt8(ascii: "}")]
        }
    }

    private func encode(_ block: DecodedBlock, _ state: inout State) -> [UInt8] {
        var bytes: [UInt8] = []
        var event = 0
        for read in block.reads {
            let place = block.startOffset.value &+ UInt64(read.start)
            while event < block.events.count, block.events[event].offset.value <= place {
                add(block.events[event], to: &bytes, &state)
                event += 1
            }
            let output = Array(block.output[read.range.clamped(to: 0..<block.output.count)])
            add(Event(time: read.time, offset: ByteOffset(place), kind: .output(output)), to: &bytes, &state)
        }
        for rest in block.events[event...] { add(rest, to: &bytes, &state) }
        return bytes
    }

    private func add(_ event: Event, to bytes: inout [UInt8], _ state: inout State) {
        guard contains(event.time) else { return }
        guard form != .raw else {
            if case .output(let output) = event.kind { bytes += output }
            return
        }
        append(state.writer.encode(event), to: &bytes, &state)
    }

    private func contains(_ time: SessionTime) -> Bool { time.milliseconds >= start && time.milliseconds <= end }

    /// Lines become the items of a list in the JSON document.
    private func append(_ line: [UInt8], to bytes: inout [UInt8], _ state: inout State) {
        guard form == .cast else {
            bytes += line
            return
        }
        guard !line.isEmpty else { return }
        if !state.isFirstEvent { bytes.append(UInt8(ascii: ",")) }
        state.isFirstEvent = false
        bytes += line.last == 0x0A ? line.dropLast() : line[...]
    }
}
