extension SnapshotRecords {
    /// Notes by which policy a session's snapshots were taken: a folder that is compared with one of them must be read by
    /// the same, or what was left out would seem to be new.
    func notePolicy(_ policy: SnapshotPolicy, of session: String) throws(SnapshotError) {
        guard SnapshotName.isUsable(session) else { throw .invalidName("\(session)@") }
        guard try self.policy(of: session) != policy else { return }
        try WholeFile.makeFolders(folder(of: session))
        try WholeFile.replace("\(folder(of: session))/policy.json", with: JSONFile.encode(policy), durable: false)
    }

    /// The policy of a session's snapshots; the standard one if none was noted.
    public func policy(of session: String) throws(SnapshotError) -> SnapshotPolicy {
        guard SnapshotName.isUsable(session) else { throw .invalidName("\(session)@") }
        let path = "\(folder(of: session))/policy.json"
        guard let bytes = try WholeFile.readIfThere(path) else { return .standard }
        return try JSONFile.decode(SnapshotPolicy.self, bytes, path: path)
    }
}
