// swift-tools-version: 6.2
import PackageDescription

// Every target is strict: Swift 6 mode (the default of these tools) and no warning is let through.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error), .enableUpcomingFeature("ExistentialAny")]

func module(
    _ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Sources/\(name)", resources: resources, swiftSettings: strict)
}

let folders = [
    "CVTerm", "CCurses", "CBrotli", "CChecksum", "CPTY", "ScreenModel", "Recording", "Interchange", "Emulation",
    "Playback",
    "CSnapshots", "Processes", "Snapshots", "Agents", "Keymaps", "Themes", "WorkbenchModel", "Rendering", "Display",
    "SessionHost",
    "WorkbenchRuntime", "UserSettings", "Catalog", "Access", "RESTServer", "ah", "ah-server",
]

/// A target whose resources lie outside `Sources`, as `keymaps/` and `themes/` do: a file is compiled in as a constant.
func module(_ name: String, embedding resource: String, _ dependencies: [Target.Dependency]) -> Target {
    let folder = resource.prefix { $0 != "/" }
    return .target(
        name: name, dependencies: dependencies, path: ".",
        exclude: folders.filter { $0 != name }.map { "Sources/\($0)" }
            + ["keymaps", "themes"].filter { $0 != folder } + ["Tests", "README.md", "LICENSE"],
        sources: ["Sources/\(name)"], resources: [.embedInCode(resource)], swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], excluding: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies + ["TestSupport"], path: "Tests/\(name)", exclude: excluding,
        swiftSettings: strict)
}

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let toml = Target.Dependency.product(name: "TOMLKit", package: "TOMLKit")
let database = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let http = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let network: [Target.Dependency] = [
    .product(name: "HummingbirdCore", package: "hummingbird"),
    .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "HTTPTypes", package: "swift-http-types"), .product(name: "Logging", package: "swift-log"),
    .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
]
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "ah",
    products: [
        .executable(name: "ah", targets: ["ah"]),
        // A program of its own, so that no other command carries an HTTP server with it.
        .executable(name: "ah-server", targets: ["ah-server"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        // Without its traits it needs neither all of Foundation nor a library for configuration.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        // What its interfaces are made of.
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
        .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.0.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        .target(name: "CVTerm", path: "Sources/CVTerm", linkerSettings: [.linkedLibrary("vterm")]),
        .target(
            name: "CCurses", path: "Sources/CCurses",
            linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
        .target(
            name: "CBrotli", path: "Sources/CBrotli",
            linkerSettings: [.linkedLibrary("brotlienc"), .linkedLibrary("brotlidec")]),
        .target(name: "CChecksum", path: "Sources/CChecksum"),
        .target(name: "CPTY", path: "Sources/CPTY"),
        .target(name: "CSnapshots", path: "Sources/CSnapshots", linkerSettings: [.linkedLibrary("z")]),
        module("ScreenModel"),
        module("Recording", ["ScreenModel", "CBrotli", "CChecksum", crypto]),
        module("Interchange", ["ScreenModel", "Recording"]),
        module("Emulation", ["ScreenModel", "CVTerm"]),
        module("Playback", ["ScreenModel", "Recording", "Emulation"]),
        module("Processes", ["CPTY"]),
        module("Snapshots", ["Processes", "CSnapshots"]),
        module(
            "Agents", ["WorkbenchModel", "UserSettings", toml, crypto],
            resources: [.embedInCode("catalogue.toml"), .embedInCode("milestones.toml")]),
        module("Keymaps", embedding: "keymaps", ["ScreenModel", "WorkbenchModel", "UserSettings", toml]),
        module("Themes", embedding: "themes", ["ScreenModel", "WorkbenchModel", "UserSettings", toml]),
        module("WorkbenchModel", ["ScreenModel"]),
        module("Rendering", ["ScreenModel", "WorkbenchModel", "Themes"]),
        module("Display", ["ScreenModel", "CCurses", "CPTY"]),
        module(
            "SessionHost", ["ScreenModel", "Recording", "Emulation", "Processes", "Snapshots", "CPTY", "Agents"]),
        module(
            "WorkbenchRuntime",
            [
                "ScreenModel", "Recording", "Emulation", "Playback", "Processes", "Keymaps", "Themes",
                "WorkbenchModel", "Rendering", "Display", "SessionHost", "Snapshots", "Agents", "Catalog",
            ]),
        module("Access", [crypto]),
        module(
            "RESTServer",
            [
                "Access", "Catalog", "ScreenModel", "Recording", "Interchange", "Emulation", "Playback", "Processes",
                "Snapshots", "SessionHost", crypto, http,
            ] + network),
        .executableTarget(
            name: "ah-server", dependencies: ["Access", "RESTServer", "Catalog", "SessionHost", "Processes"],
            path: "Sources/ah-server", swiftSettings: strict),
        module("UserSettings", ["WorkbenchModel", toml]),
        module("Catalog", ["Recording", "Playback", "Snapshots", "SessionHost", database]),
        .executableTarget(
            name: "ah",
            dependencies: [
                "ScreenModel", "Recording", "Interchange", "Emulation", "Playback", "Processes", "Keymaps", "Themes",
                "WorkbenchModel", "Rendering", "Display", "SessionHost", "Snapshots", "WorkbenchRuntime", "Agents",
                "Catalog", "UserSettings", "Access", arguments,
            ],
            path: "Sources/ah", swiftSettings: strict),
        .target(
            name: "TestSupport", dependencies: ["ScreenModel", "Emulation", "Processes"], path: "Tests/TestSupport",
            swiftSettings: strict),
        tests("ScreenModel", ["ScreenModel"]),
        tests("Recording", ["Recording", "Interchange", "ScreenModel", "CBrotli"], excluding: ["strict_v1.py"]),
        tests("Interchange", ["Interchange", "Recording", "ScreenModel"]),
        tests("Emulation", ["Emulation", "ScreenModel", "Recording", "Interchange"]),
        tests("Playback", ["Playback", "Recording", "Emulation", "Interchange", "ScreenModel"]),
        tests("Processes", ["Processes"]),
        tests("Snapshots", ["Snapshots", "Processes"]),
        tests("Agents", ["Agents", "WorkbenchModel"]),
        tests("Keymaps", ["Keymaps", "WorkbenchModel", "ScreenModel"]),
        tests("Themes", ["Themes", "WorkbenchModel", "ScreenModel"]),
        tests("WorkbenchModel", ["WorkbenchModel", "ScreenModel"]),
        tests("Rendering", ["Rendering", "WorkbenchModel", "Themes", "ScreenModel"]),
        tests("Display", ["Display", "ScreenModel", "Emulation", "Processes", "CCurses"]),
        tests("SessionHost", ["SessionHost", "Recording", "Processes", "ScreenModel", "Agents"]),
        tests("WorkbenchRuntime", ["WorkbenchRuntime", "Display", "ScreenModel", "Snapshots", "WorkbenchModel"]),
        tests("UserSettings", ["UserSettings", "WorkbenchModel"]),
        tests("Catalog", ["Catalog", "Recording", "Snapshots", "SessionHost", "ScreenModel"]),
        tests("Access", ["Access"]),
        tests(
            "RESTServer",
            ["RESTServer", "Access", "Catalog", "Recording", "Snapshots", "SessionHost", "Processes", "ScreenModel"]),
        tests("Journeys", ["Recording", "Interchange", "ScreenModel", "Processes", "Snapshots"]),
        tests("Layout", []),
        .executableTarget(
            name: "ah-benchmarks",
            dependencies: [
                "ScreenModel", "Recording", "Interchange", "Emulation", "Playback", "Processes", "Snapshots", "Display",
                "CPTY", "Catalog", "SessionHost", "TestSupport", "WorkbenchModel",
            ],
            path: "Tests/Benchmarks", swiftSettings: strict),
    ]
)

// Fuzz targets have no main of their own: libFuzzer brings it, and other builds would fail to link them.
if Context.environment["AH_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "terminal-fuzz", dependencies: ["Emulation", "ScreenModel"], path: "Tests/Fuzz/TerminalFuzz",
            swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]))
    package.targets.append(
        .executableTarget(
            name: "recording-fuzz", dependencies: ["Recording"], path: "Tests/Fuzz/RecordingFuzz",
            swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]))
}
