// RESTServer: sessions over HTTP. JSON and event streams for the same queries and commands that the command line has.
//
// It is not a host of sessions and keeps none: it reads recordings and snapshots, and speaks with running sessions over
// their hosts' sockets, so that a session never depends on it. Nothing but it imports the HTTP library.
//
//     HTTPListener ─► RESTService ─► RequestGate (who, from where) ─► Route (one of the table) ─► Answer
//     recording file ─► SessionFeed ─► EventStream ─► each follower
//
// Parts: RouteTable (every route: its path, what it takes and gives, who may use it; OpenAPIDocument is made from it),
// Schema (what JSON is allowed, as checked and as described), Call and Answer (a request and a response), RESTError (what
// is said when something is wrong), SessionSource (where sessions are found), SessionFeed (a recording that is followed by
// many), Idempotency, ServerMetrics.

/// Names and numbers that the interface has fixed.
enum Interface {
    static let base = "/api/v1"
    /// Bytes of a request's body.
    static let longestBody = 1 << 20
    /// Seconds that a request's body may take.
    static let slowestBody = 20
    /// Bytes of the longest path with its query.
    static let longestTarget = 40 << 10
}
