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
            if Self.keys(engine.model) == .prompt {
                carryOut(engine.model.apply(.prompt(.insert(String(decoding: bytes, as: UTF8.self)))))
            }
        case .reply(let reply):
            guard capabilities.apply(reply) else { return }
            encoder.capabilities = capabilities
            renderer = appearance.renderer(for: capabilities)
            encoder.invalidate()
            engine.needsDrawing = true
        case .keyRelease, .focus, .unknown: break
        }
    }

    private func press(_ chord: KeyChord) {
        guard let command = appearance.keymap.command(for: chord, in: Self.keys(engine.model)) else { return }
        carryOut(engine.model.apply(command))
    }

    private static func keys(_ model: ReplayModel) -> Keymap.Mode {
        switch model.mode {
        case .normal: .replay
        case .help, .filesHelp: .help
        case .files: model.files?.prompt == nil ? .files : .prompt
        case .prompt: .prompt
        }
    }

    private func handle(_ mouse: MouseEvent) {
        let layout = engine.model.layout
        let onBar = mouse.position.row == layout.timeline && engine.model.mode == .normal
        if let files = engine.model.files, engine.model.mode == .files {
            return handle(mouse, FilesLayout(layout.files), files)
        }
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

    private func handle(_ mouse: MouseEvent, _ layout: FilesLayout, _ files: FilesModel) {
        switch mouse.action {
        case .press where mouse.button == .left:
            let clicks = clicks.press(at: mouse.position)
            if let command = layout.press(mouse.position, clicks: clicks, files) {
                carryOut(engine.model.apply(.files(command)))
            }
        case .wheel where files.prompt == nil:
            carryOut(engine.model.apply(.files(layout.wheel(up: mouse.button == .wheelUp, at: mouse.position))))
        default: break
        }
    }

    private func seek(toColumn column: Int, _ layout: ReplayLayout) {
        let time = layout.time(atColumn: column, in: engine.model.window, duration: engine.model.timeline.duration)
        carryOut(engine.model.seek(to: time))
    }

    private func pan(to position: Position, from start: Position) {
        let rows = start.row - position.row
        let columns = start.column - position.column
        dragOrigin = (position, false)
        carryOut(engine.model.apply(.pan(rows: rows, columns: columns)))
    }

    private func wheel(_ button: MouseEvent.Button, onBar: Bool) {
        let isBack = button == .wheelUp || button == .wheelLeft
        if onBar {
            carryOut(engine.model.apply(.scrub(milliseconds: isBack ? -1000 : 1000)))
        } else if button == .wheelLeft || button == .wheelRight {
            carryOut(engine.model.apply(.pan(rows: 0, columns: isBack ? -4 : 4)))
        } else {
            carryOut(engine.model.apply(.pan(rows: isBack ? -3 : 3, columns: 0)))
        }
    }
}
