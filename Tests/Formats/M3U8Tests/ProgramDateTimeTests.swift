import M3U8
import Testing

@Suite("Program date time")
struct ProgramDateTimeTests {
    @Test(
        "milliseconds since 1970 and ISO 8601 are the same time",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (951_868_799_999, "2000-02-29T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (1_786_278_896_789, "2026-08-09T12:34:56.789Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
            (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"),
        ] as [(Int64, String)])
    func knownTimes(milliseconds: Int64, text: String) {
        let time = ProgramDateTime(millisecondsSince1970: milliseconds)
        #expect(time.text == text)
        #expect(ProgramDateTime(text) == time)
    }

    @Test("every day of four centuries goes there and back")
    func everyDay() {
        for day in stride(from: Int64(-100_000), through: 100_000, by: 1) {
            let time = ProgramDateTime(millisecondsSince1970: day * 86_400_000 + 12_345)
            #expect(ProgramDateTime(time.text) == time)
        }
    }

    @Test(
        "zones and fractions as others write them",
        arguments: [
            "2026-08-09T12:34:56.789+00:00", "2026-08-09T14:34:56.789+0200", "2026-08-09T14:34:56.789999+02",
            "2026-08-09T07:04:56.789-05:30", "2026-08-09T12:34:56.789",
        ])
    func zones(text: String) {
        #expect(ProgramDateTime(text)?.millisecondsSince1970 == 1_786_278_896_789)
    }

    @Test(
        "what is no time is refused",
        arguments: [
            "", "2026", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01 00:00:00Z",
            "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+99", "2026-01-01T00:00:00Zx", "+026-01-01T00:00:00Z",
        ])
    func refused(text: String) {
        #expect(ProgramDateTime(text) == nil)
    }

    @Test("times that ISO 8601 cannot write become the nearest that it can")
    func clamped() {
        #expect(ProgramDateTime(millisecondsSince1970: .max).text == "9999-12-31T23:59:59.999Z")
        #expect(ProgramDateTime(millisecondsSince1970: .min).text == "0000-01-01T00:00:00.000Z")
    }
}
