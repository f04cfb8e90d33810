import Access

/// Why a request isn't fulfilled; each case becomes a status and a problem document (RFC 9457).
enum RESTError: Error, Hashable, Sendable {
    case malformedBody(reason: String)
    /// The way in which its body is sent isn't HTTP's.
    case malformedTransfer
    case invalid([Schema.Fault])
    case unsupportedMediaType(String)
    case bodyTooLong(limit: Int)
    case bodyTooSlow(seconds: Int)
    case targetTooLong(limit: Int)
    /// Somebody unknown; what would make them known.
    case unauthorized(reason: String)
    case forbidden(reason: String)
    case wrongHost(String)
    case wrongOrigin(String)
    case noRoute(String)
    case wrongMethod(String, allowed: [String])
    case noSession(String)
    case ambiguousSession(String, candidates: [String])
    case notFound(String)
    /// It can't be done in the state that things are in.
    case conflict(String)
    case notRunning(session: String)
    case unsatisfiableRange(size: UInt64)
    case keyReused
    case keyInUse
    case notPossible(String)
    case noAnswer(String)
    case gone(String)
    case internalFault(String)

    var status: Int {
        switch self {
        case .malformedBody, .malformedTransfer: 400
        case .invalid, .keyReused: 422
        case .unauthorized: 401
        case .forbidden, .wrongOrigin: 403
        case .wrongHost: 421
        case .noRoute, .noSession, .notFound: 404
        case .wrongMethod: 405
        case .bodyTooSlow: 408
        case .ambiguousSession, .conflict, .notRunning, .keyInUse: 409
        case .gone: 410
        case .bodyTooLong: 413
        case .targetTooLong: 414
        case .unsupportedMediaType: 415
        case .unsatisfiableRange: 416
        case .notPossible: 501
        case .noAnswer: 504
        case .internalFault: 500
        }
    }

    var title: String {
        switch self {
        case .malformedBody, .malformedTransfer: "The body can't be read"
        case .invalid: "The request isn't as it should be"
        case .unsupportedMediaType: "The body is of another type than this takes"
        case .bodyTooLong: "The body is too long"
        case .bodyTooSlow: "The body came too slowly"
        case .targetTooLong: "The path and its query are too long"
        case .unauthorized: "Who are you?"
        case .forbidden: "You may not do this"
        case .wrongHost: "This server doesn't go by that name"
        case .wrongOrigin: "Pages of other origins may not use this"
        case .noRoute, .notFound: "There is no such thing"
        case .wrongMethod: "This can't be done with it"
        case .noSession: "There is no such session"
        case .ambiguousSession: "Several sessions begin so"
        case .conflict: "Not in this state"
        case .notRunning: "The session doesn't run any more"
        case .unsatisfiableRange: "There are no such bytes"
        case .keyReused: "The Idempotency-Key was used for another request"
        case .keyInUse: "A request with this Idempotency-Key is under way"
        case .notPossible: "This can't be done here"
        case .noAnswer: "The session's host doesn't answer"
        case .gone: "It was deleted"
        case .internalFault: "Something failed"
        }
    }

    var detail: String {
        switch self {
        case .malformedBody(let reason): "the body can't be read: \(reason)"
        case .malformedTransfer: "its chunks, or its length, aren't as HTTP has them"
        case .invalid(let faults):
            faults.map { $0.field.isEmpty ? "the body \($0.message)" : "\($0.field) \($0.message)" }
                .joined(separator: "; ")
        case .unsupportedMediaType(let type): "send application/json, not “\(type)”"
        case .bodyTooLong(let limit): "a body may have \(limit) bytes"
        case .bodyTooSlow(let seconds): "the whole body must come within \(seconds) s"
        case .targetTooLong(let limit): "\(limit) bytes are the most"
        case .unauthorized(let reason), .forbidden(let reason), .conflict(let reason), .notPossible(let reason),
            .noAnswer(let reason), .gone(let reason), .internalFault(let reason):
            reason
        case .wrongHost(let host): "“\(host)” isn't one of its names; ah serve --allow-host NAME adds one"
        case .wrongOrigin(let origin): "“\(origin)” isn't this server"
        case .noRoute(let path): "\(path): there is nothing here; \(Interface.base)/openapi.json tells what there is"
        case .wrongMethod(let method, let allowed): "not \(method), but \(allowed.joined(separator: ", "))"
        case .noSession(let name): "no session \(name)"
        case .ambiguousSession(let name, let candidates):
            "\(name) could be any of these: \(candidates.prefix(8).joined(separator: ", "))"
        case .notFound(let what): what
        case .notRunning(let session): "\(session) has ended; only its recording is there"
        case .unsatisfiableRange(let size): "there are \(size) bytes"
        case .keyReused: "its body or its path was another one"
        case .keyInUse: "try again when that one is answered"
        }
    }

    /// The problem document.
    var json: JSON {
        var members: [JSON.Member] = [
            .init(name: "type", value: "about:blank"), .init(name: "title", value: .string(title)),
            .init(name: "status", value: .int(status)), .init(name: "detail", value: .string(detail)),
        ]
        var faults: [JSON] = []
        if case .invalid(let list) = self {
            faults = list.map { ["field": .string($0.field), "message": .string($0.message)] }
        }
        members.append(.init(name: "errors", value: .array(faults)))
        return .object(members)
    }

    var answer: Answer {
        var answer = Answer(
            status: status, headers: [("Content-Type", "application/problem+json")], body: .bytes(json.bytes))
        switch self {
        case .unauthorized: answer.headers.append(("WWW-Authenticate", "Bearer"))
        case .wrongMethod(_, let allowed): answer.headers.append(("Allow", allowed.joined(separator: ", ")))
        case .unsatisfiableRange(let size): answer.headers.append(("Content-Range", "bytes */\(size)"))
        case .bodyTooLong, .bodyTooSlow, .targetTooLong, .malformedTransfer: answer.closesConnection = true
        default: break
        }
        return answer
    }
}
