import ScreenModel

/// The first line of an asciicast of version 2 or 3. Only the version must be there and right: what else is odd is left
/// out, since files of many programs differ here.
struct AsciicastHeader: Decodable {
    var version: Int
    var size: Size?
    var startedAt: Int64?
    var title: String?
    var command: String?
    var environment: [String: String]

    private enum Key: String, CodingKey {
        case version, width, height, timestamp, title, command, env, term
        case cols, rows, type
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        version = try values.decode(Int.self, forKey: .version)
        title = try? values.decodeIfPresent(String.self, forKey: .title)
        command = try? values.decodeIfPresent(String.self, forKey: .command)
        let env = try? values.decodeIfPresent([String: String?].self, forKey: .env)
        environment = env?.compactMapValues { $0 } ?? [:]
        if let seconds = try? values.decodeIfPresent(Double.self, forKey: .timestamp), abs(seconds) < 1e12 {
            startedAt = Int64((seconds * 1000).rounded())
        }
        if version >= 3 {
            let term = try values.nestedContainer(keyedBy: Key.self, forKey: .term)
            size = Size(
                checkedColumns: try term.decode(Int.self, forKey: .cols), rows: try term.decode(Int.self, forKey: .rows)
            )
            if let type = try? term.decodeIfPresent(String.self, forKey: .type) {
                environment["TERM"] = environment["TERM"] ?? type
            }
        } else if version == 2 {
            size = Size(
                checkedColumns: try values.decode(Int.self, forKey: .width),
                rows: try values.decode(Int.self, forKey: .height))
        }
    }

    func session(size: Size) -> ImportedSession {
        ImportedSession(
            size: size, startedAt: startedAt, title: title, command: command, environment: environment)
    }
}
