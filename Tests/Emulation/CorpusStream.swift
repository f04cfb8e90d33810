import Interchange
import Recording
import ScreenModel

/// A stream of the corpus as the steps a terminal goes through.
struct CorpusStream {
    enum Step {
        case output([UInt8])
        case resize(Size)
    }

    let size: Size
    var steps: [Step] = []

    init(path: String) throws {
        let session = try path.hasSuffix(".raw") ? TimedRaw.read(path: path) : Asciicast.read(path: path)
        size = session.size
        for event in session.events {
            switch event.kind {
            case .output(let bytes): append(bytes)
            case .resize(let columns, let rows): steps.append(.resize(Size(columns: columns, rows: rows)))
            default: break
            }
        }
    }

    /// Output up to the next resize is one step.
    private mutating func append(_ bytes: [UInt8]) {
        if case .output(let before) = steps.last {
            steps[steps.count - 1] = .output(before + bytes)
        } else {
            steps.append(.output(bytes))
        }
    }

    var bytes: [UInt8] {
        var joined: [UInt8] = []
        for step in steps {
            if case .output(let bytes) = step { joined += bytes }
        }
        return joined
    }
}
