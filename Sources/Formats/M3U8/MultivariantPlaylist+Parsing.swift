import TextCoding

extension MultivariantPlaylist {
    /// Reads a playlist from bytes, which must be UTF-8.
    public init(bytes: some Sequence<UInt8>, limits: PlaylistLimits = PlaylistLimits()) throws(PlaylistFault) {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
        try self.init(text, limits: limits)
    }

    /// Reads a playlist.
    ///
    /// Tags that are not known are passed over.
    public init(_ text: String, limits: PlaylistLimits = PlaylistLimits()) throws(PlaylistFault) {
        self.init()
        var lines = try PlaylistLines(text, limits: limits)
        var seen: Set<PlaylistTag> = []
        var version = 1
        var pending: VariantStream?
        while let line = try lines.next() {
            switch line {
            case .uri(let uri):
                guard var variant = pending else { throw .unexpectedURI(line: lines.number) }
                variant.uri = String(uri)
                variants.append(variant)
                pending = nil
            case .tag(let tag, let value):
                guard pending == nil else { throw .missingURI(.variantStream) }
                guard tag.home != .media else { throw .foreignTag(tag, line: lines.number) }
                guard renditions.count + variants.count < limits.segments else { throw .tooManySegments }
                if tag.home == .any, !seen.insert(tag).inserted { throw .duplicateTag(tag, line: lines.number) }
                switch tag {
                case .version:
                    guard let count = DecimalInteger.parseCount(value) else {
                        throw .malformedTag(tag, line: lines.number)
                    }
                    version = count
                case .rendition:
                    renditions.append(try Rendition(AttributeList(value, tag: tag, line: lines.number)))
                case .variantStream:
                    pending = try VariantStream(AttributeList(value, tag: tag, line: lines.number))
                default:
                    hasIndependentSegments = true
                }
            }
        }
        guard pending == nil else { throw .missingURI(.variantStream) }
        if version != requiredVersion { divergentVersion = version }
    }
}
