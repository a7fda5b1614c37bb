import Foundation
import OBSMultitrack
import Testing

@Suite("OBS multitrack: the answer")
struct AnswerTests {
    private func answer(
        _ request: ClientConfigurationRequest, encoder: EncoderFamily = .nvenc, server: String = "rtmp://host/live"
    ) throws -> ClientConfiguration {
        let selection = try LadderSelection(from: Requests.ladder, for: request, encoder: encoder)
        return ClientConfiguration(
            to: request, selection: selection, ladder: Requests.ladder, encoder: encoder, server: server)
    }

    private func json(_ configuration: ClientConfiguration) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(configuration), as: UTF8.self)
    }

    @Test("an answer with one track is written as OBS reads it")
    func written() throws {
        var answer = try answer(Requests.on(640, 360, FrameRate(30), tracks: 1), encoder: .x264)
        answer.meta.configID = "c"
        #expect(
            try json(answer) == """
                {"audio_configurations":{"live":[{"channels":2,"codec":"aac","settings":{"bitrate":160},"track_id":1}]},\
                "encoder_configurations":[{"canvas_index":0,"colorspace":"VIDEO_CS_709","format":"VIDEO_FORMAT_NV12",\
                "framerate":{"denominator":1,"numerator":30},"gpu_scale_type":"OBS_SCALE_BICUBIC","height":360,\
                "range":"VIDEO_RANGE_PARTIAL","settings":{"bf":2,"bitrate":600,"keyint_sec":2,"preset":"veryfast",\
                "profile":"high","rate_control":"CBR","x264opts":"scenecut=0"},"type":"obs_x264","width":640}],\
                "ingest_endpoints":[{"protocol":"RTMP","url_template":"rtmp://host/live/{stream_key}"}],\
                "meta":{"config_id":"c","schema_version":"2025-01-25","service":"IVS"},"status":{"result":"success"}}
                """)
    }

    @Test("a refusal carries its sentence, and repeats only so much of what a peer said")
    func refused() throws {
        var request = Requests.on(640, 360)
        request.service = String(repeating: "x", count: 1000)
        let json = try json(ClientConfiguration(refusing: request, html: "No & <b>no</b>."))
        #expect(json.contains(#""status":{"html_en_us":"No & <b>no</b>.","result":"error"}"#))
        #expect(json.contains("\"\(String(repeating: "x", count: 64))\""))
        #expect(try self.json(ClientConfiguration(refusing: nil, html: "No.")).contains("2025-01-25"))
    }

    @Test("no answer has the stream key in it")
    func secrecy() throws {
        #expect(!(try json(answer(Requests.on(1920, 1080)))).contains("secret"))
    }

    @Test(
        "tracks differ in size, rate and bitrate, and in nothing that viewers would notice at a switch",
        arguments: EncoderFamily.allCases)
    func alike(family: EncoderFamily) throws {
        let tracks = try answer(Requests.on(1920, 1080), encoder: family).encoderConfigurations
        #expect(tracks.count == 4)
        let settings = tracks.map { track in track.settings.filter { $0.key != "bitrate" } }
        #expect(settings.allSatisfy { $0 == settings[0] })
        #expect(settings[0]["keyint_sec"] == .number(2) && settings[0]["rate_control"] == "CBR")
        #expect(tracks.map { $0.settings["bitrate"] } == [.number(6000), .number(3000), .number(1200), .number(600)])
    }

    @Test("the same tracks have the same name, and others another")
    func names() throws {
        let name = try answer(Requests.on(1920, 1080)).meta.configID
        #expect(name.count == 16 && name.allSatisfy(\.isHexDigit))
        #expect(try answer(Requests.on(1920, 1080)).meta.configID == name)
        #expect(try answer(Requests.on(1920, 1080), encoder: .amf).meta.configID != name)
        #expect(try answer(Requests.on(1920, 1080, FrameRate(30))).meta.configID != name)
    }

    @Test("sound has as many channels as OBS mixes, and another track where a VOD mix is wanted")
    func audio() throws {
        var request = Requests.on(1920, 1080, vod: true)
        request.audioChannels = 6
        let audio = try answer(request).audioConfigurations
        #expect(audio.live.map(\.channels) == [6] && audio.vod?.map(\.trackID) == [2])
        request.audioChannels = .max
        #expect(try answer(request).audioConfigurations.live[0].channels == 8)
    }

    @Test("an address with TLS is one of RTMPS")
    func tls() throws {
        let endpoints = try answer(Requests.on(1920, 1080), server: "rtmps://host:1936/live").ingestEndpoints
        #expect(endpoints.map(\.protocol) == ["RTMPS"])
        #expect(endpoints.map(\.urlTemplate) == ["rtmps://host:1936/live/{stream_key}"])
    }
}
