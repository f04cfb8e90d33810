import Glibc

/// Tries whether an address can be listened at, before anything is begun.
enum PortCheck {
    /// - Throws: `ServingError.address`.
    static func check(_ host: String, _ port: Int) throws(ServingError) {
        let name = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE
        var found: UnsafeMutablePointer<addrinfo>?
        let result = getaddrinfo(host, "\(port)", &hints, &found)
        guard result == 0, let place = found else {
            throw .address(name, reason: "there is no such address: \(String(cString: gai_strerror(result)))")
        }
        defer { freeaddrinfo(found) }
        let descriptor = socket(place.pointee.ai_family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .address(name, reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        // As the server does: what an ended one left is no hindrance.
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard bind(descriptor, place.pointee.ai_addr, place.pointee.ai_addrlen) != 0 else { return }
        switch errno {
        case EADDRINUSE: throw .address(name, reason: "another program listens there already")
        case EADDRNOTAVAIL: throw .address(name, reason: "this machine doesn't have that address")
        case EACCES: throw .address(name, reason: "ports below 1024 take root's rights")
        default: throw .address(name, reason: "can't be listened at: \(String(cString: strerror(errno)))")
        }
    }
}
