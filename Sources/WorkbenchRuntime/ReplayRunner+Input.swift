import Display
import Keymaps
import Playback
import Processes
import Recording
import ScreenModel
import WorkbenchModel

extension ReplayRunner {
    func handle(_ event: InputEvent) {
        switch event.kind {
        case .key(let chord), .keyRepeat(let chord): press(chord)
        case .mouse(let mouse): handle(mouse)
        case .paste(let bytes):
            if case .prompt = model.mode {
                carryOut(model.apply(.prompt(.insert(String(decoding: bytes, as: UTF8.self)))))
            }
        case .reply(let reply):
            guard refine(by: reply) else { return }
            encoder.capabilities = capabilities
            renderer = appearance.renderer(for: capabilities)
            encoder.invalidate()
            needsDrawing = true
        case .keyRelease, .focus, .unknown: break
        }
    }

    /// Without colours it stays, whatever the terminal says it can.
    private func refine(by reply: TerminalReply) -> Bool {
        let before = capabilities
        capabilities.apply(reply)
        if before.colors == .mono { capabilities.colors = .mono }
        return capabilities != before
    }

    private func press(_ chord: KeyChord) {
        let mode: Keymap.Mode =
            switch model.mode {
            case .normal: .replay
            case .help, .filesHelp: .help
            case .files: .files
            case .prompt: .prompt
            }
        guard let command = appearance.keymap.command(for: chord, in: mode) else { return }
        carryOut(model.apply(command))
    }

    func carryOut(_ effects: [Effect]) {
        needsDrawing = true
        for effect in effects {
            switch effect {
            case .seek(let milliseconds): seek(to: SessionTime(milliseconds: milliseconds))
            case .seekToEnd: seek(to: player.timeline.duration)
            case .stepRead: step(.nextRead)
            case .stepFrame(let forward): step(forward ? .nextFrame : .previousFrame)
            case .clockChanged: setClock()
            case .search(let forward): search(forward: forward)
            case .stopWork: stopWork()
            case .inspect(let number): inspect(number)
            case .files(let request): fetch(request)
            case .intervene(let number, let message): intervene(number, message)
            case .redraw: encoder.invalidate()
            case .suspend: wantsSuspension = true
            case .quit: outcome = 0
            }
        }
    }

    private func handle(_ mouse: MouseEvent) {
        let layout = model.layout
        let onBar = mouse.position.row == layout.timeline && model.mode == .normal
        switch mouse.action {
        case .press where mouse.button == .left:
            dragOrigin = (mouse.position, onBar)
            if onBar { seek(toColumn: mouse.position.column, layout) }
        case .drag:
            guard let origin = dragOrigin else { return }
            if origin.onBar {
                seek(toColumn: mouse.position.column, layout)
            } else {
                pan(to: mouse.position, from: origin.start)
            }
        case .release: dragOrigin = nil
        case .wheel: wheel(mouse.button, onBar: onBar)
        default: break
        }
    }

    private func seek(toColumn column: Int, _ layout: ReplayLayout) {
        let time = layout.time(atColumn: column, in: model.window, duration: model.timeline.duration)
        carryOut(model.seek(to: time))
    }

    private func pan(to position: Position, from start: Position) {
        let rows = start.row - position.row
        let columns = start.column - position.column
        dragOrigin = (position, false)
        carryOut(model.apply(.pan(rows: rows, columns: columns)))
    }

    private func wheel(_ button: MouseEvent.Button, onBar: Bool) {
        let isBack = button == .wheelUp || button == .wheelLeft
        if onBar {
            carryOut(model.apply(.scrub(milliseconds: isBack ? -1000 : 1000)))
        } else if button == .wheelLeft || button == .wheelRight {
            carryOut(model.apply(.pan(rows: 0, columns: isBack ? -4 : 4)))
        } else {
            carryOut(model.apply(.pan(rows: isBack ? -3 : 3, columns: 0)))
        }
    }
}
