import Glibc
import Synchronization

/// Counts of what the server did, in Prometheus' text form.
final class ServerMetrics: Sendable {
    private struct Count {
        var requests: [Int: Int] = [:]
        var nanoseconds: UInt64 = 0
        var buckets = [Int](repeating: 0, count: ServerMetrics.limits.count)
    }

    private static let limits: [Double] = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10]
    private let counts = Mutex<[String: Count]>([:])

    func add(_ operation: String, status: Int, nanoseconds: UInt64) {
        counts.withLock { counts in
            counts[operation, default: Count()].requests[status, default: 0] += 1
            counts[operation, default: Count()].nanoseconds += nanoseconds
            let seconds = Double(nanoseconds) / 1e9
            for (index, limit) in Self.limits.enumerated() where seconds <= limit {
                counts[operation, default: Count()].buckets[index] += 1
            }
        }
    }

    /// - Parameter gauges: name, help and value of what is counted elsewhere.
    func text(gauges: [(name: String, help: String, value: Double)]) -> String {
        var lines: [String] = []
        for gauge in gauges {
            lines += [
                "# HELP \(gauge.name) \(gauge.help)", "# TYPE \(gauge.name) gauge", "\(gauge.name) \(gauge.value)",
            ]
        }
        let counts = counts.withLock { $0 }.sorted { $0.key < $1.key }
        lines += ["# HELP ah_http_requests_total Requests answered.", "# TYPE ah_http_requests_total counter"]
        for (operation, count) in counts {
            for (status, number) in count.requests.sorted(by: { $0.key < $1.key }) {
                lines.append("ah_http_requests_total{operation=\"\(operation)\",status=\"\(status)\"} \(number)")
            }
        }
        let name = "ah_http_request_duration_seconds"
        lines += ["# HELP \(name) Time to the answer, without what is streamed.", "# TYPE \(name) histogram"]
        for (operation, count) in counts {
            let total = count.requests.values.reduce(0, +)
            for (limit, number) in zip(Self.limits, count.buckets) {
                lines.append("\(name)_bucket{operation=\"\(operation)\",le=\"\(limit)\"} \(number)")
            }
            lines.append("\(name)_bucket{operation=\"\(operation)\",le=\"+Inf\"} \(total)")
            lines.append("\(name)_sum{operation=\"\(operation)\"} \(Double(count.nanoseconds) / 1e9)")
            lines.append("\(name)_count{operation=\"\(operation)\"} \(total)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Bytes of this process's resident memory.
    static func residentBytes() -> Int {
        guard let file = fopen("/proc/self/statm", "re") else { return 0 }
        defer { fclose(file) }
        var buffer = [CChar](repeating: 0, count: 128)
        guard fgets(&buffer, Int32(buffer.count), file) != nil else { return 0 }
        let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * Int(getpagesize())
    }
}
