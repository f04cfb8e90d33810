/// What each module may import, beyond the standard library and the system: the arrows point towards values.
enum Architecture {
    static let allowed: [String: Set<String>] = [
        "ScreenModel": [],
        "Recording": ["ScreenModel", "CBrotli", "CChecksum", "Crypto"],
        "Interchange": ["ScreenModel", "Recording"],
        "Emulation": ["ScreenModel", "CVTerm"],
        "Playback": ["ScreenModel", "Recording", "Emulation"],
        "Processes": ["CPTY"],
        "Snapshots": ["Processes", "CSnapshots"],
        "Agents": ["WorkbenchModel", "UserSettings", "TOMLKit", "Crypto"],
        "Keymaps": ["ScreenModel", "WorkbenchModel", "UserSettings", "TOMLKit"],
        "Themes": ["ScreenModel", "WorkbenchModel", "UserSettings", "TOMLKit"],
        "WorkbenchModel": ["ScreenModel"],
        "Rendering": ["ScreenModel", "WorkbenchModel", "Themes"],
        "Display": ["ScreenModel", "CCurses", "CPTY"],
        "SessionHost": ["ScreenModel", "Recording", "Emulation", "Processes", "Snapshots", "CPTY", "Agents"],
        "WorkbenchRuntime": [
            "ScreenModel", "Recording", "Emulation", "Playback", "Processes", "Keymaps", "Themes", "WorkbenchModel",
            "Rendering", "Display", "SessionHost", "Snapshots", "Agents", "Catalog",
        ],
        "UserSettings": ["WorkbenchModel", "TOMLKit"],
        "Catalog": ["Recording", "Playback", "Snapshots", "SessionHost", "GRDB"],
        "Access": ["Crypto"],
        "RESTServer": [
            "Access", "Catalog", "ScreenModel", "Recording", "Interchange", "Emulation", "Playback", "Processes",
            "Snapshots", "SessionHost", "Crypto", "Hummingbird", "HummingbirdCore",
            "NIOCore", "NIOPosix", "HTTPTypes", "Logging",
            "ServiceLifecycle",
        ],
        "ah-server": ["Access", "RESTServer", "Catalog", "SessionHost", "Processes"],
        "ah": [
            "ScreenModel", "Recording", "Interchange", "Emulation", "Playback", "Processes", "Keymaps", "Themes",
            "WorkbenchModel", "Rendering", "Display", "SessionHost", "Snapshots", "WorkbenchRuntime", "Agents",
            "Catalog", "UserSettings", "Access", "ArgumentParser",
        ],
    ]

    /// Modules of C: they hold shims and import nothing of ours.
    static let shims: Set<String> = ["CVTerm", "CCurses", "CBrotli", "CChecksum", "CPTY", "CSnapshots"]

    /// Who alone may touch an outside thing.
    static let soleImporters: [String: Set<String>] = [
        "CVTerm": ["Emulation"],
        "CCurses": ["Display"],
        "CBrotli": ["Recording"],
        "CChecksum": ["Recording"],
        "CSnapshots": ["Snapshots"],
        "Crypto": ["Recording", "Agents", "Access", "RESTServer"],
        "TOMLKit": ["Keymaps", "Themes", "Agents", "UserSettings"],
        "ArgumentParser": ["ah"],
        "GRDB": ["Catalog"],
        "Hummingbird": ["RESTServer"], "HummingbirdCore": ["RESTServer"],
        "NIOCore": ["RESTServer"], "NIOPosix": ["RESTServer"],
        "HTTPTypes": ["RESTServer"], "Logging": ["RESTServer"], "ServiceLifecycle": ["RESTServer"],
    ]

    /// What any module may import. Foundation proper is not here: it costs start-up time and memory.
    static let system: Set<String> = ["Glibc", "FoundationEssentials", "SystemPackage", "Synchronization", "Swift"]

    /// Folders of `Tests` that mirror no module.
    static let testFolders: Set<String> = ["Journeys", "Goldens", "TestSupport", "Fuzz", "Benchmarks", "Layout"]
}
