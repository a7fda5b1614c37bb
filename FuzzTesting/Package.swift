// swift-tools-version: 6.2
import PackageDescription

// A package of its own, because a fuzzer brings its own `main` and wants everything below it instrumented, which
// `run.sh` asks for. One executable per decoder; what is checked lies in `Tests/DecoderProperties` of the parent package.

let properties = Target.Dependency.product(name: "_DecoderProperties", package: "swiftwater")
let decoders = ["CodecConfiguration", "AMF0", "AMF3", "FLV", "Handshake", "ChunkStream", "Tunnel"]

let package = Package(
    name: "FuzzTesting",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "swiftwater", path: ".."),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        .systemLibrary(name: "CLibFuzzer"),
        .target(
            name: "FuzzDriver",
            dependencies: [
                "CLibFuzzer",
                properties,
                .product(name: "NIOCore", package: "swift-nio"),
            ]),
    ]
        + decoders.map { decoder in
            .executableTarget(
                name: "Fuzz\(decoder)",
                dependencies: ["FuzzDriver", properties],
                swiftSettings: [.unsafeFlags(["-parse-as-library"])])
        }
)
