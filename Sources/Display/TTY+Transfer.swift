import Glibc

extension TTY {
    /// What reading gave.
    public enum ReadResult: Hashable, Sendable {
        case bytes(Int)
        /// Nothing there now.
        case nothing
        /// The terminal is gone.
        case closed
    }

    /// Reads what is there, at most as much as fits.
    public func read(into buffer: UnsafeMutableRawBufferPointer) -> ReadResult {
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count > 0 {
                if awaitsReplies { lookForReply(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
                return .bytes(count)
            }
            if count == 0 { return .closed }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .nothing
            default: return .closed
            }
        }
    }

    /// Writes what the terminal takes now and keeps the rest for ``flush()``.
    /// - Returns: the bytes that wait. While that isn't 0, encode no further frame.
    @discardableResult
    public func write(_ bytes: UnsafeRawBufferPointer) throws(DisplayError) -> Int {
        guard output.count == 0 else {
            output.append(bytes)
            return try flush()
        }
        let (taken, code) = send(bytes)
        output.append(UnsafeRawBufferPointer(rebasing: bytes[taken...]))
        if code != 0 { throw .system(call: "write", code: code) }
        return output.count
    }

    @discardableResult
    public func write(_ bytes: [UInt8]) throws(DisplayError) -> Int {
        // withUnsafeBytes can't rethrow a typed error yet.
        let result = bytes.withUnsafeBytes { buffer -> Result<Int, DisplayError> in
            Result { () throws(DisplayError) -> Int in try write(buffer) }
        }
        return try result.get()
    }

    /// Goes on writing what waits. Returns the bytes that still wait.
    @discardableResult
    public func flush() throws(DisplayError) -> Int {
        var code: Int32 = 0
        output.drain { bytes in
            let sent = send(bytes)
            code = sent.code
            return sent.taken
        }
        if code != 0 { throw .system(call: "write", code: code) }
        return output.count
    }

    public var pendingOutput: Int { output.count }

    /// Writes until done, full, or failed (then `code` isn't 0).
    private func send(_ bytes: UnsafeRawBufferPointer) -> (taken: Int, code: Int32) {
        var taken = 0
        while taken < bytes.count {
            if !isNonBlocking, !isReady(POLLOUT, milliseconds: 0) { break }
            // A descriptor that blocks is given little, so that it rarely does.
            let chunk = isNonBlocking ? bytes.count - taken : min(512, bytes.count - taken)
            let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + taken }, chunk)
            if count > 0 {
                taken += count
            } else if errno == EAGAIN {
                break
            } else if errno != EINTR {
                return (taken, errno)
            }
        }
        return (taken, 0)
    }

    private func isReady(_ events: Int32, milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        return poll(&entry, 1, milliseconds) > 0
    }

    /// DA1's answer, `ESC [ ? … c`, is the last.
    private func lookForReply(_ bytes: UnsafeRawBufferPointer) {
        var stage = 0
        for byte in bytes {
            switch (stage, byte) {
            case (_, 0x1B): stage = 1
            case (1, 0x5B): stage = 2
            case (2, 0x3F): stage = 3
            case (3, 0x30...0x39), (3, 0x3B): break
            case (3, 0x63):
                awaitsReplies = false
                return
            default: stage = 0
            }
        }
    }

    /// Answers still on their way would be typed into the shell. They are waited for, for 100 ms at most.
    func discardReplies() {
        guard awaitsReplies else { return }
        var memory = [UInt8](repeating: 0, count: 512)
        for _ in 0..<10 where awaitsReplies {
            guard isReady(POLLIN, milliseconds: 10) else { continue }
            guard case .bytes = memory.withUnsafeMutableBytes({ read(into: $0) }) else { break }
        }
        awaitsReplies = false
    }
}
