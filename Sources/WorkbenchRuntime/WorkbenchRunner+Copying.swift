import Display
import Playback
import Processes
import Recording
import Rendering
import ScreenModel
import WorkbenchModel

extension WorkbenchRunner {
    /// Shows a pane's screen as text at once; what scrolled off it is read beside.
    func capture(_ id: PaneID) {
        guard let pane = workbench.panes[id], let size = workbench.contentSizes[id] else { return }
        captures[id] = nil
        do {
            switch pane.source {
            case .session(let session):
                guard let connection = connections[session] else { return }
                let frame = connection.frame
                begin(id, frame, WorkbenchRenderer.origin(frame, in: size), size)
                guard !frame.modes.alternateScreen else { return }
                let now = SessionTime(milliseconds: max(0, WallClock.now() - connection.startedAt))
                let reader = try RecordingReader.open(path: connection.recordingPath)
                captures[id] = CopyCapture(reader, frame, through: now, isLive: true)
            case .recording:
                guard let engine = engines[id] else { return }
                engine.prepareFrame()
                begin(id, engine.frame, engine.model.viewport.origin, size)
                guard !engine.frame.modes.alternateScreen else { return }
                captures[id] = CopyCapture(
                    engine.player.reader, engine.frame, through: engine.player.time, isLive: false)
            default: return
            }
        } catch {
            fail(id, "\(error)")
        }
    }

    private func begin(_ id: PaneID, _ frame: Frame, _ origin: Position, _ size: Size) {
        workbench.beginCopying(
            id,
            CopyModel(
                frame, origin: origin, window: size, history: frame.modes.alternateScreen ? .none : .reading))
    }

    private func fail(_ id: PaneID, _ reason: String) {
        captures[id] = nil
        workbench.update(id) { $0.copying?.fail(reason) }
        workbench.say("only the screen can be copied: \(reason)", isError: true)
    }

    /// Reads on for panes in copy mode.
    func advanceCaptures(_ now: UInt64) {
        for (id, capture) in captures {
            guard workbench.panes[id]?.copying != nil else {
                captures[id] = nil
                continue
            }
            switch capture.advance(now) {
            case .reading: break
            case .failed(let reason): fail(id, reason)
            case .lines(let lines, let symbols, let screen):
                guard var copying = workbench.panes[id]?.copying else { continue }
                if !copying.setHistory(lines, symbols: symbols, screen: screen), capture.retry(now) { continue }
                captures[id] = nil
                workbench.update(id) { $0.copying = copying }
                needsDrawing = true
            }
        }
    }

    /// To the clipboard of the user's own terminal, where that has one and takes so much.
    func copyOut(_ text: String) {
        guard let bytes = ClipboardSequence.bytes(text, capabilities, environment: options.environment) else { return }
        _ = try? tty.write(bytes)
    }
}
