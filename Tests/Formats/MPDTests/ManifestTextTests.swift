import MPD
import TestSupport
import Testing
import TextCoding

@Suite("Manifest text")
struct ManifestTextTests {
    @Test("what is written is read again as the same")
    func roundTrip() throws {
        let text = Samples.lowLatency.text
        let read = try MediaPresentationDescription(text)
        #expect(read == Samples.lowLatency)
        #expect(read.text == text)
        #expect(try MediaPresentationDescription(bytes: text.utf8) == read)
    }

    @Test("a live manifest has this very text")
    func goldenText() throws {
        var live = LiveAvailability(
            availabilityStartTime: UTCTime(millisecondsSince1970: 0),
            publishTime: UTCTime(millisecondsSince1970: 951_782_400_000))
        live.minimumUpdatePeriod = .seconds(2)
        var set = AdaptationSet(id: 1, contentType: "video", isSegmentAligned: true)
        set.format.frameRate = FrameRateFraction(thousandths: 29_970)
        set.roles = [.role("main")]
        var template = SegmentTemplate(
            timescale: 90_000, media: "$Number$.m4s", startNumber: 7,
            timeline: SegmentTimeline(runs: [.init(time: 1, duration: 2, repeatCount: 3)]))
        template.availabilityTimeOffset = .milliseconds(1800)
        template.isCompleteWhenAvailable = false
        set.segmentTemplate = template
        set.representations = [Representation(id: "v", bandwidth: 1)]
        set.descriptors.labels = ["A<B"]
        let manifest = MediaPresentationDescription(
            availability: .live(live), minBufferTime: .milliseconds(200),
            periods: [Period(id: "0", start: .zero, adaptationSets: [set])])
        #expect(
            manifest.text == """
                <?xml version="1.0" encoding="UTF-8"?>
                <MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-live:2011" \
                type="dynamic" availabilityStartTime="1970-01-01T00:00:00.000Z" \
                publishTime="2000-02-29T00:00:00.000Z" minimumUpdatePeriod="PT2S" minBufferTime="PT0.2S">
                  <Period id="0" start="PT0S">
                    <AdaptationSet id="1" contentType="video" segmentAlignment="true" frameRate="30000/1001">
                      <Label>A&lt;B</Label>
                      <Role schemeIdUri="urn:mpeg:dash:role:2011" value="main"/>
                      <SegmentTemplate timescale="90000" availabilityTimeOffset="1.8" \
                availabilityTimeComplete="false" startNumber="7" media="$Number$.m4s">
                        <SegmentTimeline>
                          <S t="1" d="2" r="3"/>
                        </SegmentTimeline>
                      </SegmentTemplate>
                      <Representation id="v" bandwidth="1"/>
                    </AdaptationSet>
                  </Period>
                </MPD>

                """)
    }

    @Test("text that came from a publisher is escaped, and what XML cannot hold is replaced")
    func escaping() throws {
        var manifest = Samples.lowLatency
        let name = "a&b<c>\"d'\t\u{1}\u{FFFE}é😀"
        manifest.title = name
        manifest.periods[0].adaptationSets[0].representations[0].format.codecs = name
        let text = manifest.text
        #expect(text.contains("a&amp;b&lt;c&gt;&quot;d'&#9;\u{FFFD}\u{FFFD}é😀"))
        let read = try MediaPresentationDescription(text)
        #expect(read.periods[0].adaptationSets[0].representations[0].format.codecs == "a&b<c>\"d'\t\u{FFFD}\u{FFFD}é😀")
    }

    /// The live example of ISO/IEC 23009-1 annex G.2, with its languages cut to one.
    private static let annexExample = """
        \u{FEFF}<?xml version="1.0" encoding="UTF-8"?>
        <!-- live -->
        <MPD xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
            xmlns='urn:mpeg:dash:schema:mpd:2011'
            xsi:schemaLocation="urn:mpeg:dash:schema:mpd:2011 DASH-MPD.xsd"
            type="dynamic" minimumUpdatePeriod="PT2S" timeShiftBufferDepth="PT30M"
            availabilityStartTime="2014-10-17T17:17:05Z" minBufferTime="PT4S"
            profiles="urn:mpeg:dash:profile:isoff-live:2011" publishTime="2014-10-17T17:17:05Z">
          <BaseURL>http://cdn1.example.com/</BaseURL>
          <BaseURL><![CDATA[http://cdn2.example.com/?a&b]]></BaseURL>
          <Period id="1">
            <!-- Video -->
            <AdaptationSet mimeType="video/mp4" codecs="avc1.4D401F" frameRate="30000/1001"
                segmentAlignment="true" startWithSAP="1">
              <BaseURL>video/</BaseURL>
              <SegmentTemplate timescale="90000" initialization="$Bandwidth$/init.mp4v" media="$Bandwidth$/$Time$.mp4v">
                <SegmentTimeline> <S t="0" d="180180" r="432"/> </SegmentTimeline>
              </SegmentTemplate>
              <Representation id="v0" width="320" height="240" bandwidth="250000"/>
              <Representation id="v1" width="640" height="480" bandwidth="500000"/>
            </AdaptationSet>
          </Period>
        </MPD>
        <!-- end -->
        """

    @Test("the live example of the standard is read")
    func standardExample() throws {
        let manifest = try MediaPresentationDescription(Self.annexExample)
        guard case .live(let live) = manifest.availability else { throw ManifestFault.noDescription }
        #expect(live.availabilityStartTime == UTCTime("2014-10-17T17:17:05Z"))
        #expect(live.timeShiftBufferDepth == .seconds(1800))
        #expect(manifest.baseURLs == ["http://cdn1.example.com/", "http://cdn2.example.com/?a&b"])
        let set = try #require(manifest.periods.first?.adaptationSets.first)
        #expect(set.format.frameRate?.text == "30000/1001")
        let segments = try #require(set.segmentTemplate?.segments(of: set.representations[1]))
        #expect(segments.count == 433)
        #expect(segments[432].address == "500000/77837760.mp4v")
        #expect(segments[432].number == 433)
    }

    @Test(
        "what is no description says why",
        arguments: [
            ("", .malformed(offset: 0)),
            ("<mpd/>", .noDescription),
            ("<MPD/>", .noDescription),
            (#"<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"/>"#, .missingAttribute(.profiles, of: .mpd)),
            (
                #"<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="p" type="live"/>"#,
                .malformedAttribute(.type, of: .mpd)
            ),
            (
                #"<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="p" minBufferTime="PT1S"/>"#,
                .missingElement(.period, of: .mpd)
            ),
            (
                #"<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="p" minBufferTime="P1Y"/>"#,
                .malformedAttribute(.minBufferTime, of: .mpd)
            ),
            ("<!DOCTYPE MPD [<!ENTITY a \"aaaa\">]><MPD/>", .documentTypeDeclared),
            ("<MPD/>x", .malformed(offset: 6)),
            ("<MPD a=\"1\" a=\"2\"/>", .malformed(offset: 16)),
        ] as [(String, ManifestFault)])
    func faults(text: String, fault: ManifestFault) {
        #expect(throws: fault) { try MediaPresentationDescription(text) }
    }

    @Test(
        "lengths of time in all their forms",
        arguments: [
            ("PT0S", .zero), ("PT2S", .seconds(2)), ("PT1.5S", .milliseconds(1500)), ("P1D", .seconds(86_400)),
            ("P1DT1H1M1.001S", .milliseconds(90_061_001)), ("PT90M", .seconds(5400)),
        ] as [(String, Duration)])
    func durations(text: String, duration: Duration) throws {
        let manifest = try MediaPresentationDescription(
            "<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" profiles=\"p\" minBufferTime=\"\(text)\"><Period/></MPD>")
        #expect(manifest.minBufferTime == duration)
        #expect(try MediaPresentationDescription(manifest.text).minBufferTime == duration)
    }

    @Test(
        "what is no length of time is refused",
        arguments: ["", "P", "PT", "2S", "PT2", "-PT2S", "P1M", "PT1S1M", "P1DT", "PT1HS", "PT99999999999999999999S"])
    func badDurations(text: String) {
        #expect(throws: ManifestFault.malformedAttribute(.minBufferTime, of: .mpd)) {
            try MediaPresentationDescription(
                "<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" profiles=\"p\" minBufferTime=\"\(text)\"><Period/></MPD>")
        }
    }
}
