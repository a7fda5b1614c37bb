import Foundation
import OBSMultitrack
import Testing

@Suite("OBS multitrack: the request")
struct RequestDecodingTests {
    private func decode(_ json: String) throws -> ClientConfigurationRequest {
        try JSONDecoder().decode(ClientConfigurationRequest.self, from: Data(json.utf8))
    }

    @Test("the form 2024-06-04 is read")
    func older() throws {
        #expect(
            try decode(Requests.older)
                == ClientConfigurationRequest(
                    schemaVersion: "2024-06-04", streamKey: StreamKey("secret?x=1"), client: ClientVersion(30, 2),
                    systemName: "Windows", physicalCores: 8, gpuVendors: [0x8086, 0x10DE], compositionGPUIndex: 1,
                    canvases: [Canvas(width: 1920, height: 1080, frameRate: FrameRate(60))],
                    maximumAggregateBitrate: 9000, maximumVideoTracks: 3, wantsVODAudio: true))
    }

    @Test("the form 2025-01-25 is read")
    func newer() throws {
        let rate = FrameRate(60_000, 1001)
        #expect(
            try decode(Requests.newer)
                == ClientConfigurationRequest(
                    streamKey: StreamKey("secret"), client: ClientVersion(32, 2), systemName: "Debian GNU/Linux",
                    physicalCores: 4, gpuVendors: [0x1002], compositionGPUIndex: 0,
                    canvases: [
                        Canvas(width: 1280, height: 720, frameRate: rate),
                        Canvas(width: 1080, height: 1920, frameRate: rate),
                    ], audioChannels: 6))
    }

    @Test("the least that makes a request is enough, and a limit of 0 is none")
    func least() throws {
        let request = try decode(
            """
            {"authentication": "k", "client": {}, "preferences": {"width": 640, "height": 360,
             "framerate": {"numerator": 30, "denominator": 1}, "maximum_aggregate_bitrate": 0, "maximum_video_tracks": 0}}
            """)
        #expect(request.canvases == [Canvas(width: 640, height: 360, frameRate: FrameRate(30))])
        #expect(request.maximumAggregateBitrate == nil && request.maximumVideoTracks == nil)
        #expect(request.client == ClientVersion(0, 0) && EncoderFamily(suitedTo: request) == .x264)
    }

    @Test(
        "what lacks the key or the picture, or is cut off anywhere, is refused",
        arguments: [
            "", "null", "[]", "{}", "{\"authentication\": \"k\"}",
            "{\"client\": {}, \"preferences\": {\"width\": 1, \"height\": 1, \"framerate\": {\"numerator\": 1, \"denominator\": 1}}}",
            "{\"authentication\": \"k\", \"client\": {}, \"preferences\": {\"canvases\": []}}",
            "{\"authentication\": \"k\", \"client\": {}, \"preferences\": {\"width\": 1e99, \"height\": 1}}",
            String(repeating: "[", count: 60_000),
        ])
    func refused(json: String) {
        #expect(throws: (any Error).self) { try decode(json) }
    }

    @Test("a request that is cut off is refused at every place")
    func truncated() {
        for length in 0..<Requests.newer.count {
            #expect(throws: (any Error).self) { try decode(String(Requests.newer.prefix(length))) }
        }
    }

    @Test("the stream key does not show")
    func secrecy() throws {
        let request = try decode(Requests.newer)
        var dumped = ""
        dump(request, to: &dumped)
        #expect(!"\(request)\(String(reflecting: request))\(dumped)".contains("secret"))
        #expect(request.streamKey.text == "secret")
    }

    @Test(
        "versions are read as far as they are numbers",
        arguments: [
            ("30.2.3", ClientVersion(30, 2)), ("31.0.0-beta1", ClientVersion(31, 0)), ("32.1-rc", ClientVersion(32, 1)),
            ("x", ClientVersion(0, 0)), ("", ClientVersion(0, 0)), ("99999999999999999999.1", ClientVersion(0, 1)),
        ])
    func versions(text: String, version: ClientVersion) {
        #expect(ClientVersion(text) == version)
    }
}
