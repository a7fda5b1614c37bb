/// The 32 bits that say how a sample depends on others (ISO/IEC 14496-12 §8.8.3.1).
struct SampleFlags: Equatable {
    let rawValue: UInt32

    init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    init(_ sample: FragmentSample) {
        let dependsOn = sample.isSync ? Self.dependsOnNone : Self.dependsOnOthers | Self.isNonSync
        rawValue = dependsOn | (sample.isDisposable ? Self.isNotDependedOn : 0)
    }

    var isSync: Bool { rawValue & Self.isNonSync == 0 }
    var isDisposable: Bool { rawValue & Self.isDependedOnMask == Self.isNotDependedOn }

    private static let dependsOnOthers: UInt32 = 1 << 24
    private static let dependsOnNone: UInt32 = 2 << 24
    private static let isNotDependedOn: UInt32 = 2 << 22
    private static let isDependedOnMask: UInt32 = 3 << 22
    private static let isNonSync: UInt32 = 1 << 16
}
