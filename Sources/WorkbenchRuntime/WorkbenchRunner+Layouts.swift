import Glibc
import Processes
import SessionHost
import WorkbenchModel

extension WorkbenchRunner {
    private var layouts: LayoutStore { LayoutStore(home: SessionFolders(environment: options.environment).home) }

    func saveLayout(_ name: String) {
        do {
            try layouts.save(workbench.savedLayout, as: name)
            workbench.say("layout “\(name)” saved")
        } catch {
            workbench.say("\(error)", isError: true)
        }
    }

    func loadLayout(_ name: String) {
        do {
            let missing = workbench.restore(try layouts.load(name), where: Self.exists)
            workbench.say(
                missing == 0
                    ? "layout “\(name)” is back"
                    : "layout “\(name)” is back but for \(missing) pane\(missing == 1 ? "" : "s") whose session is gone"
            )
        } catch {
            workbench.say("\(error)", isError: true)
        }
    }

    private static func exists(_ path: String) -> Bool { access(path, R_OK) == 0 }

    /// What was open when the last workbench was left, or died. Nothing is said where there was none.
    func restoreLast() {
        guard let saved = try? layouts.load(LayoutStore.last), !saved.tabs.isEmpty else { return }
        workbench.restore(saved, where: Self.exists)
    }

    /// Keeps what is open for the next workbench, a second after it changed.
    func keepLayout(_ now: UInt64) {
        let layout = workbench.savedLayout
        guard layout.structure != keptLayout?.structure else {
            nextKeeping = nil
            return
        }
        guard let due = nextKeeping else {
            nextKeeping = now + 1_000_000_000
            return
        }
        guard now >= due else { return }
        keepLayoutNow()
    }

    func keepLayoutNow() {
        nextKeeping = nil
        let layout = workbench.savedLayout
        keptLayout = layout
        do {
            try layouts.save(layout, as: LayoutStore.last)
        } catch {
            // Said once: the next workbench begins without it, nothing else is lost.
            if !saidLayoutProblem { workbench.say("\(error)", isError: true) }
            saidLayoutProblem = true
        }
    }
}

extension SavedLayout {
    /// The same without playheads: they move all the time, and are kept when something else changes or at the end.
    var structure: SavedLayout {
        var copy = self
        for index in copy.tabs.indices {
            copy.tabs[index].layout = copy.tabs[index].layout.withoutTimes
            copy.tabs[index].floating = copy.tabs[index].floating?.withoutTime
        }
        return copy
    }
}

extension SavedLayout.Node {
    fileprivate var withoutTimes: SavedLayout.Node {
        switch self {
        case .pane(let pane): .pane(pane.withoutTime)
        case .split(let axis, let parts):
            .split(axis, parts.map { .init(weight: $0.weight, node: $0.node.withoutTimes) })
        }
    }
}

extension SavedLayout.SavedPane {
    fileprivate var withoutTime: SavedLayout.SavedPane {
        if case .recording(let path, let session, _) = self { return .recording(path: path, session: session, time: 0) }
        return self
    }
}
