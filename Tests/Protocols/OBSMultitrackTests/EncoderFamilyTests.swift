import OBSMultitrack
import Testing

@Suite("OBS multitrack: the encoder that suits a machine")
struct EncoderFamilyTests {
    /// A machine, and what OBS calls the encoder that it gets.
    struct Machine: Sendable {
        var system: String
        var vendors: [UInt32]
        var index: Int?
        var client: ClientVersion
        var encoder: String

        init(_ system: String, _ vendors: [UInt32], _ index: Int?, _ major: Int, _ minor: Int, _ encoder: String) {
            self.system = system
            self.vendors = vendors
            self.index = index
            client = ClientVersion(major, minor)
            self.encoder = encoder
        }
    }

    @Test(
        "it is chosen by system, adapter and version",
        arguments: [
            Machine("Windows", [0x10DE], 0, 30, 2, "jim_nvenc"),
            Machine("Windows", [0x10DE], 0, 31, 0, "obs_nvenc_h264_tex"),
            Machine("Windows", [0x8086, 0x10DE], 1, 32, 0, "obs_nvenc_h264_tex"),
            Machine("Windows", [0x8086, 0x10DE], 0, 32, 0, "obs_qsv11_v2"),
            Machine("Windows", [0x8086, 0x10DE], nil, 32, 0, "obs_qsv11_v2"),
            Machine("Windows", [0x1002], 7, 32, 0, "h264_texture_amf"),
            Machine("Windows", [0x1002], -1, 32, 0, "h264_texture_amf"),
            Machine("Windows", [0x4D4F_4351], 0, 32, 0, "obs_x264"),
            Machine("Windows", [], 0, 32, 0, "obs_x264"),
            Machine("macOS", [0x106B], 0, 32, 0, "com.apple.videotoolbox.videoencoder.ave.avc"),
            Machine("", [], nil, 32, 0, "obs_x264"),
            Machine("Ubuntu", [0x10DE], 0, 32, 0, "obs_nvenc_h264_tex"),
            Machine("Ubuntu", [0x1002], 0, 31, 0, "obs_x264"),
            Machine("Ubuntu", [0x1002], 0, 31, 1, "ffmpeg_vaapi_tex"),
            Machine("Flatpak org.kde.Platform", [0x8086], 0, 32, 0, "ffmpeg_vaapi_tex"),
            Machine("Ubuntu", [0x1AF4], 0, 32, 0, "obs_x264"),
        ])
    func chosen(machine: Machine) throws {
        var request = Requests.on(1920, 1080, client: machine.client)
        request.systemName = machine.system
        request.gpuVendors = machine.vendors
        request.compositionGPUIndex = machine.index
        let family = EncoderFamily(suitedTo: request)
        let selection = try LadderSelection(from: Requests.ladder, for: request, encoder: family)
        let answer = ClientConfiguration(
            to: request, selection: selection, ladder: Requests.ladder, encoder: family, server: "rtmp://host/live")
        #expect(answer.encoderConfigurations.allSatisfy { $0.type == machine.encoder })
    }
}
