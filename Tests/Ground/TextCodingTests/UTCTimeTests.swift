import Testing
import TextCoding

@Suite("UTC time")
struct UTCTimeTests {
    @Test(
        "milliseconds since 1970 and ISO 8601 are the same time",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_001, "2000-02-29T00:00:00.001Z"),
            (951_868_799_999, "2000-02-29T23:59:59.999Z"),
            (1_735_689_599_001, "2024-12-31T23:59:59.001Z"),
            (1_795_284_812_250, "2026-11-21T18:13:32.250Z"),
            (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
            (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
        ] as [(Int64, String)])
    func knownTimes(milliseconds: Int64, text: String) {
        let time = UTCTime(millisecondsSince1970: milliseconds)
        #expect(time.text == text)
        #expect(UTCTime(text) == time)
    }

    @Test("what four digits of a year cannot tell is the nearest time that they can")
    func bounds() {
        #expect(UTCTime(millisecondsSince1970: .max).text == "9999-12-31T23:59:59.999Z")
        #expect(UTCTime(millisecondsSince1970: .min).text == "0000-01-01T00:00:00.000Z")
    }

    @Test("the text is added to what is there")
    func writing() {
        var bytes = Array("at ".utf8)
        UTCTime(millisecondsSince1970: 0).write(to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "at 1970-01-01T00:00:00.000Z")
    }

    @Test("what is no time is refused", arguments: ["", "2026-02-29T00:00:00Z", "2026-01-01T00:00:00Zx"])
    func refused(text: String) {
        #expect(UTCTime(text) == nil)
    }
}

@Suite("Decimal seconds")
struct DecimalSecondsTests {
    @Test(
        "durations and text are the same to the microsecond",
        arguments: [
            (.zero, "0"), (.seconds(2), "2"), (.milliseconds(1800), "1.8"), (.microseconds(33_367), "0.033367"),
            (.seconds(9_999_999_999), "9999999999"),
        ] as [(Duration, String)])
    func knownDurations(duration: Duration, text: String) {
        #expect(DecimalSeconds.text(duration) == text)
        #expect(DecimalSeconds.parse(text[...]) == duration)
    }

    @Test("what is no decimal number is refused", arguments: ["", ".5", "1e3", "-1", "1,5", "1.2.3", "10000000000"])
    func refused(text: String) {
        #expect(DecimalSeconds.parse(text[...]) == nil)
    }
}
