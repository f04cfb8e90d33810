import Recording
import ScreenModel

extension ScreenLane {
    /// Feeds the screen from the recording: what it missed between where it is and `end`.
    ///
    /// - Parameter touch: changes the screen; false when that isn't wanted any more.
    /// - Returns: false then.
    func catchUp(_ path: String, to end: UInt64, touch: ((inout HostScreen) -> Void) -> Bool) -> Bool {
        var offset = screen.withLock { $0.offset }
        do {
            let reader = try RecordingReader.open(path: path)
            for index in reader.blocks.indices {
                let isNeeded =
                    index + 1 == reader.blocks.count || reader.blocks[index + 1].startOffset.value > offset
                guard isNeeded, offset < end else { continue }
                let block = try reader.block(index)
                guard feed(block, from: &offset, to: end, touch: touch) else { return false }
            }
        } catch {
            return touch { $0.fail("\(error)") }
        }
        guard offset >= end else {
            return touch { $0.fail("the recording ends at byte \(offset) of \(end)") }
        }
        return true
    }

    private func feed(
        _ block: DecodedBlock, from offset: inout UInt64, to end: UInt64, touch: ((inout HostScreen) -> Void) -> Bool
    ) -> Bool {
        for event in block.events {
            guard case .resize(let columns, let rows) = event.kind, event.offset.value >= offset else { continue }
            guard feedOutput(of: block, from: &offset, to: min(end, event.offset.value), touch: touch) else {
                return false
            }
            guard touch({ $0.resize(to: Size(columns: columns, rows: rows)) }) else { return false }
        }
        return feedOutput(of: block, from: &offset, to: min(end, block.endOffset.value), touch: touch)
    }

    private func feedOutput(
        of block: DecodedBlock, from offset: inout UInt64, to end: UInt64, touch: ((inout HostScreen) -> Void) -> Bool
    ) -> Bool {
        while offset < end, offset >= block.startOffset.value {
            let start = Int(offset - block.startOffset.value)
            let count = Int(min(end - offset, UInt64(block.output.count)))
            guard start + count <= block.output.count else { return true }
            var taken = 0
            let isWanted = touch { screen in
                taken = block.output.withUnsafeBytes {
                    screen.feedSome(UnsafeRawBufferPointer(rebasing: $0[start..<start + count]))
                }
            }
            guard isWanted else { return false }
            offset += UInt64(taken)
        }
        return true
    }
}
