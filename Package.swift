// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// How a release is linked: no table of exported symbols, which also kept what nobody calls, and relocations that take a
/// hundredth of the room.
///
/// Together 4 MB of resident memory less at the start.
let lean: [LinkerSetting] = [
    .unsafeFlags(
        ["-use-ld=lld", "-Xlinker", "--no-export-dynamic", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs"],
        .when(platforms: [.linux], configuration: .release))
]

// MARK: Libraries that Swiftwater stands on

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let fileSystem = Target.Dependency.product(name: "_NIOFileSystem", package: "swift-nio")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioWebSocket = Target.Dependency.product(name: "NIOWebSocket", package: "swift-nio")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioHTTPTypesHTTP1 = Target.Dependency.product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
let concurrencyHelpers = Target.Dependency.product(name: "NIOConcurrencyHelpers", package: "swift-nio")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdHTTP2 = Target.Dependency.product(name: "HummingbirdHTTP2", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

/// What the watch page is made of.
let watchPage: [Resource] = [
    "page.html", "page.css", "address.js", "clock.js", "fault.js", "boxes.js", "feed.js", "pace.js", "playlist.js",
    "throughput.js", "rendition.js", "hls-source.js", "native-source.js", "websocket-source.js", "player.js", "view.js",
    "notice.js", "menu.js", "statistics.js", "sharing.js", "controls.js", "remote.js", "page.js",
].map { .embedInCode("Pages/Resources/watch/\($0)") }

/// What the dashboard is made of, and the colours that it has in common with the watch page.
let dashboard: [Resource] =
    [
        "dashboard.html", "frame.css", "parts.css", "sections.css", "dom.js", "words.js", "access.js", "polling.js",
        "event-feed.js", "live.js", "router.js", "sparkline.js", "playback.js", "thumbnail.js", "notices.js",
        "complaint.js",
        "dialogs.js", "qr.js", "health.js", "encoder-settings.js", "new-stream.js", "stream-card.js", "overview.js",
        "live-streams.js", "virtual-table.js", "session-details.js", "sessions.js", "events.js", "track-table.js",
        "stream-keys.js", "recordings.js", "stream.js", "tokens.js", "configuration.js", "webhooks.js", "settings.js",
        "sign-in.js",
        "keyboard.js",
        "main.js",
    ].map { .embedInCode("Pages/Resources/dashboard/\($0)") } + [.embedInCode("Pages/Resources/shared/tokens.css")]

/// A target in the folder of its floor.
///
/// The order of the list below is the order of the floors, and `Scripts/check-floors.py` holds each import against it.
func room(
    _ name: String, _ folder: String, _ dependencies: [Target.Dependency], resources: [Resource] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Sources/\(folder)", resources: resources, swiftSettings: settings
    )
}

func tests(
    _ name: String, _ folder: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, path: "Tests/\(folder)", exclude: exclude, swiftSettings: settings)
}

let package = Package(
    name: "swiftwater",
    platforms: [.macOS(.v15), .iOS(.v18)],
    products: [
        .executable(name: "swiftwater", targets: ["swiftwater"]),
        .executable(name: "swiftwater-bench", targets: ["swiftwater-bench"]),
        .library(
            name: "SwiftwaterProtocols",
            targets: [
                "ByteCoding", "TextCoding", "MediaModel", "CodecParsing", "AMF", "FLV", "ISOBMFF", "MPEGTS", "M3U8",
                "MPD",
                "SegmentPackaging", "RecordingPlan", "RTMPSession", "OBSMultitrack",
            ]),
        // For the package in FuzzTesting; nobody else's.
        .library(name: "_DecoderProperties", targets: ["DecoderProperties"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    ],
    targets: [
        // 0 Ground
        room("ByteCoding", "Ground/ByteCoding", [nioCore]),
        room("TextCoding", "Ground/TextCoding", []),
        .systemLibrary(
            name: "CZlib", path: "Sources/Ground/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(
            name: "CLibYAML", path: "Sources/Ground/CLibYAML", pkgConfig: "yaml-0.1",
            providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
        .systemLibrary(
            name: "CLibCrypto", path: "Sources/Ground/CLibCrypto", pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
        .systemLibrary(name: "CSpawn", path: "Sources/Ground/CSpawn"),
        .systemLibrary(name: "CProgramImage", path: "Sources/Ground/CProgramImage"),
        // 1 Media
        room("MediaModel", "Media/MediaModel", ["ByteCoding", nioCore]),
        room("CodecParsing", "Media/CodecParsing", ["ByteCoding", "MediaModel", nioCore]),
        room("StreamHealth", "Media/StreamHealth", ["MediaModel", nioCore]),
        // 2 Formats
        room("AMF", "Formats/AMF", ["ByteCoding", "TextCoding", nioCore]),
        room("FLV", "Formats/FLV", ["ByteCoding", "MediaModel", "CodecParsing", "AMF", nioCore]),
        room("ISOBMFF", "Formats/ISOBMFF", ["ByteCoding", "MediaModel", "CodecParsing", nioCore]),
        room("MPEGTS", "Formats/MPEGTS", ["ByteCoding", "MediaModel", "CodecParsing", nioCore]),
        room("M3U8", "Formats/M3U8", ["TextCoding"]),
        room("MPD", "Formats/MPD", ["TextCoding"]),
        // 3 Sessions and packaging
        room("RTMPSession", "Protocols/RTMP/Session", ["ByteCoding", "MediaModel", "AMF", "FLV", nioCore, crypto]),
        room("OBSMultitrack", "Protocols/OBS/Session", []),
        room(
            "SegmentPackaging", "Packaging/SegmentPackaging",
            ["ByteCoding", "TextCoding", "MediaModel", "CodecParsing", "ISOBMFF", "MPEGTS", "M3U8", "MPD", nioCore]),
        room(
            "RecordingPlan", "Packaging/RecordingPlan",
            ["FLV", "SegmentPackaging", "MediaModel", "TextCoding", nioCore]),
        room(
            "StreamInspection", "Packaging/StreamInspection", ["CodecParsing", "MediaModel", "StreamHealth", nioCore]),
        // 4 Hub
        room("StreamHub", "Hub/StreamHub", ["MediaModel", "StreamHealth", nioCore, concurrencyHelpers, deque]),
        // 5 Endpoints
        room(
            "EndpointCore", "Protocols/Core",
            [
                "MediaModel", "StreamHealth", "StreamHub", "TextCoding", nioCore, nioPosix, nioTLS, concurrencyHelpers,
                logging,
                metrics, lifecycle,
            ]),
        room(
            "TransportSecurity", "Protocols/TLS",
            ["EndpointCore", "TextCoding", nioCore, nioSSL, nioTLS, crypto, concurrencyHelpers, logging]),
        room(
            "RTMPEndpoint", "Protocols/RTMP/Endpoint",
            [
                "CLibCrypto", "EndpointCore", "RTMPSession", "FLV", "AMF", "MediaModel", "StreamHealth", "StreamHub",
                "TextCoding", nioCore, nioPosix, nioHTTP1,
                concurrencyHelpers, logging,
                metrics, lifecycle,
            ]),
        room(
            "OBSEndpoint", "Protocols/OBS/Endpoint",
            ["EndpointCore", "OBSMultitrack", "MediaModel", nioCore, logging]),
        room(
            "HTTPDelivery", "Protocols/HTTP",
            [
                "CZlib", "EndpointCore", "SegmentPackaging", "TextCoding", "M3U8", "FLV", "CodecParsing", "MediaModel",
                "StreamHealth", "StreamHub",
                crypto, nioCore,
                nioPosix, nioHTTP1,
                nioWebSocket, nioHTTPTypes, nioHTTPTypesHTTP1, concurrencyHelpers, hummingbird, hummingbirdCore,
                hummingbirdHTTP2,
                httpTypes, logging,
                metrics, lifecycle,
            ],
            resources: watchPage + dashboard),
        room(
            "Recording", "Recording",
            [
                "EndpointCore", "RecordingPlan", "SegmentPackaging", "MediaModel", "StreamHub", "TextCoding", nioCore,
                nioPosix, concurrencyHelpers, logging, metrics,
            ]),
        // 6 Services
        room(
            "ConfigurationReading", "Services/ConfigurationReading",
            ["CLibYAML", "EndpointCore", "MediaModel", "TextCoding"]),
        room(
            "Thumbnails", "Services/Thumbnails",
            [
                "CSpawn", "EndpointCore", "FLV", "SegmentPackaging", "MediaModel", "StreamHub", nioCore, nioPosix,
                logging,
            ]),
        room(
            "Observability", "Services/Observability",
            ["EndpointCore", "TextCoding", logging, metrics, concurrencyHelpers]),
        room("Catalogue", "Services/Catalogue", ["EndpointCore", "MediaModel", "TextCoding", crypto, grdb, logging]),
        room(
            "Authorization", "Services/Authorization",
            [
                "Catalogue", "ConfigurationReading", "EndpointCore", "RTMPSession", "MediaModel", "TextCoding", crypto,
                cryptoExtras,
                nioCore, concurrencyHelpers, logging, metrics,
            ]),
        room(
            "Webhooks", "Services/Webhooks",
            [
                "Catalogue", "ConfigurationReading", "EndpointCore", "MediaModel", "StreamHealth", "TextCoding",
                asyncHTTPClient, crypto, nioCore, nioHTTP1, concurrencyHelpers, deque, logging, metrics,
            ]),
        room(
            "ControlAPI", "Services/ControlAPI",
            [
                "Authorization", "Catalogue", "CodecParsing", "ConfigurationReading", "EndpointCore", "MediaModel",
                "Recording", "RecordingPlan", "StreamHealth", "StreamHub", "TextCoding", "Webhooks",
                nioCore, concurrencyHelpers,
                logging, metrics,
            ],
            resources: [.embedInCode("Resources/openapi.json")]),
        // 7 App
        room(
            "ServerAssembly", "App/ServerAssembly",
            [
                "Authorization", "Catalogue", "ConfigurationReading", "ControlAPI", "Observability", "EndpointCore",
                "RTMPSession", "RTMPEndpoint", "HTTPDelivery", "OBSEndpoint", "OBSMultitrack", "StreamHealth",
                "Recording", "RecordingPlan", "StreamHub",
                "Thumbnails", "TransportSecurity", "Webhooks",
                "MediaModel", nioCore, nioPosix, concurrencyHelpers, logging, metrics, lifecycle,
            ]),
        .executableTarget(
            name: "swiftwater",
            dependencies: [
                "CProgramImage", "ServerAssembly", "ConfigurationReading", "ControlAPI", "Observability",
                "EndpointCore", "RTMPSession", "RTMPEndpoint", "TransportSecurity", "FLV", "MediaModel",
                "StreamInspection", "TextCoding",
                nioCore, nioPosix, nioHTTP1, fileSystem, argumentParser, logging, metrics, lifecycle, unixSignals,
            ],
            path: "Sources/App/swiftwater", swiftSettings: settings, linkerSettings: lean),
        .executableTarget(
            name: "swiftwater-bench",
            dependencies: [
                "RTMPSession", "TransportSecurity", "FLV", "AMF", "M3U8", "ISOBMFF", "MPEGTS", "MediaModel", deque,
                nioCore, nioPosix, argumentParser,
            ],
            path: "Sources/App/swiftwater-bench", swiftSettings: settings),

        // Tests, the same tree
        .target(name: "TestSupport", dependencies: [nioCore], path: "Tests/TestSupport", swiftSettings: settings),
        .target(
            name: "DecoderProperties",
            dependencies: ["AMF", "CodecParsing", "FLV", "MediaModel", "RTMPSession", nioCore],
            path: "Tests/DecoderProperties", swiftSettings: settings),
        tests("FuzzReplayTests", "FuzzReplayTests", ["DecoderProperties", nioCore]),
        tests("ByteCodingTests", "Ground/ByteCodingTests", ["ByteCoding", nioCore]),
        tests("TextCodingTests", "Ground/TextCodingTests", ["TextCoding"]),
        tests("MediaModelTests", "Media/MediaModelTests", ["MediaModel", nioCore]),
        tests(
            "CodecParsingTests", "Media/CodecParsingTests",
            ["CodecParsing", "MediaModel", "ByteCoding", "TestSupport", nioCore]),
        tests("AMFTests", "Formats/AMFTests", ["AMF", "TestSupport", nioCore]),
        tests("FLVTests", "Formats/FLVTests", ["FLV", "AMF", "CodecParsing", "MediaModel", "TestSupport", nioCore]),
        tests(
            "ISOBMFFTests", "Formats/ISOBMFFTests", ["ISOBMFF", "CodecParsing", "MediaModel", "TestSupport", nioCore]),
        tests("MPEGTSTests", "Formats/MPEGTSTests", ["MPEGTS", "CodecParsing", "MediaModel", "TestSupport", nioCore]),
        tests("M3U8Tests", "Formats/M3U8Tests", ["M3U8", "TestSupport"]),
        tests("MPDTests", "Formats/MPDTests", ["MPD", "TextCoding", "TestSupport"]),
        tests(
            "RTMPSessionTests", "Protocols/RTMPSessionTests",
            ["RTMPSession", "AMF", "ByteCoding", "FLV", "MediaModel", "TestSupport", nioCore, crypto]),
        tests(
            "RTMPEndpointTests", "Protocols/RTMPEndpointTests",
            [
                "RTMPEndpoint", "RTMPSession", "EndpointCore", "StreamHub", "MediaModel", "TestSupport", nioCore,
                nioEmbedded, logging,
            ]),
        tests(
            "EndpointCoreTests", "Protocols/EndpointCoreTests",
            [
                "EndpointCore", "TestSupport", nioCore, nioPosix, nioEmbedded, nioTLS, concurrencyHelpers, logging,
                metrics,
            ]),
        tests(
            "TransportSecurityTests", "Protocols/TransportSecurityTests",
            ["TransportSecurity", "EndpointCore", nioCore, nioPosix, nioSSL, nioEmbedded, logging]),
        tests("OBSMultitrackTests", "Protocols/OBSMultitrackTests", ["OBSMultitrack"]),
        tests(
            "OBSEndpointTests", "Protocols/OBSEndpointTests",
            ["OBSEndpoint", "OBSMultitrack", "EndpointCore", "MediaModel", nioCore, logging]),
        tests(
            "SegmentPackagingTests", "Packaging/SegmentPackagingTests",
            [
                "SegmentPackaging", "M3U8", "MPD", "TextCoding", "ISOBMFF", "MPEGTS", "CodecParsing", "MediaModel",
                "TestSupport", nioCore,
            ]),
        tests(
            "RecordingPlanTests", "Packaging/RecordingPlanTests",
            [
                "RecordingPlan", "SegmentPackaging", "FLV", "ISOBMFF", "CodecParsing", "MediaModel", "TestSupport",
                nioCore,
            ]),
        tests(
            "RecordingTests", "RecordingTests",
            [
                "Recording", "RecordingPlan", "ISOBMFF", "StreamHub", "MediaModel", "TestSupport", nioCore, nioPosix,
                concurrencyHelpers, logging,
            ]),
        tests("StreamHealthTests", "Media/StreamHealthTests", ["StreamHealth", "MediaModel", nioCore]),
        tests(
            "ControlAPITests", "Services/ControlAPITests",
            [
                "Authorization", "Catalogue", "ConfigurationReading", "ControlAPI", "EndpointCore", "MediaModel",
                "StreamHealth", "StreamHub", "TestSupport", "TextCoding", "Webhooks", nioCore, nioPosix,
                concurrencyHelpers, logging,
            ]),
        tests("StreamInspectionTests", "Packaging/StreamInspectionTests", ["StreamInspection", "MediaModel", nioCore]),
        tests(
            "StreamHubTests", "Hub/StreamHubTests",
            ["StreamHub", "MediaModel", "TestSupport", nioCore, nioPosix, nioEmbedded, concurrencyHelpers]),
        tests(
            "HTTPDeliveryTests", "Protocols/HTTPDeliveryTests",
            [
                "CZlib", "EndpointCore", "FLV", "HTTPDelivery", "ISOBMFF", "StreamHub", "SegmentPackaging",
                "MediaModel",
                "TestSupport", httpTypes, nioCore, nioPosix, nioEmbedded, nioHTTP1, nioHTTPTypes, nioWebSocket,
                concurrencyHelpers, lifecycle, logging, metrics,
            ]),
        tests(
            "ConfigurationReadingTests", "Services/ConfigurationReadingTests",
            ["ConfigurationReading", "EndpointCore", "MediaModel", "TestSupport"]),
        tests("CatalogueTests", "Services/CatalogueTests", ["Catalogue", "EndpointCore", "MediaModel", grdb, logging]),
        tests(
            "AuthorizationTests", "Services/AuthorizationTests",
            [
                "Authorization", "Catalogue", "ConfigurationReading", "EndpointCore", "RTMPSession", "MediaModel",
                "TestSupport", crypto, cryptoExtras, nioCore, concurrencyHelpers, logging,
            ]),
        tests(
            "WebhooksTests", "Services/WebhooksTests",
            [
                "Webhooks", "Catalogue", "ConfigurationReading", "EndpointCore", "MediaModel", "StreamHealth",
                "TestSupport", nioCore, nioPosix, concurrencyHelpers, logging,
            ]),
        tests(
            "ThumbnailsTests", "Services/ThumbnailsTests",
            ["Thumbnails", "EndpointCore", "MediaModel", "StreamHub", "TestSupport", nioCore, nioPosix, logging],
            exclude: ["fake-ffmpeg"]),
        tests(
            "ObservabilityTests", "Services/ObservabilityTests",
            ["Observability", "TextCoding", concurrencyHelpers, logging, metrics]),
        tests(
            "BenchTests", "App/BenchTests",
            ["swiftwater-bench", "SegmentPackaging", "FLV", "ISOBMFF", "M3U8", "MediaModel", "TestSupport", nioCore]),
        tests(
            "ServerTests", "App/ServerTests",
            [
                "ServerAssembly", "ConfigurationReading", "RTMPSession", "RTMPEndpoint", "HTTPDelivery", "EndpointCore",
                "Observability", "StreamHub", "FLV", "ISOBMFF", "MPEGTS", "M3U8", "MediaModel", "TestSupport",
                nioCore, nioPosix, nioEmbedded,
                concurrencyHelpers,
                logging, lifecycle,
            ]),
    ]
)
