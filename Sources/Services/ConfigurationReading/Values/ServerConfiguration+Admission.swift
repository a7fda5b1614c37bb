public import MediaModel

extension ServerConfiguration.Auth {
    /// What a publisher may do.
    public enum Admission: Sendable, Equatable {
        /// Publish this stream.
        case admitted(StreamPath)
        /// Nothing, for want of a key that opens this stream.
        case keyRequired
        /// Nothing, for the name is none.
        case illegalName(StreamPath.Fault)
    }

    /// Decides what a publisher may do who asks for `application` and `name`.
    ///
    /// A key is given as the name itself, as encoders with one field for a "stream key" do, or as the parameter `key` or
    /// `token`. Given as the name it says alone which stream is published; given as a parameter it opens the stream that
    /// was asked for. A key that is wrong or not needed does no harm where none is needed.
    ///
    /// - Parameters:
    ///   - application: the application, without its query.
    ///   - name: the name or a key, without its query.
    ///   - query: the parameters of either.
    ///   - isLocal: whether the publisher comes from a loopback address.
    public func admit(
        application: String, name: String, query: [(name: String, value: String)] = [], isLocal: Bool
    ) -> Admission {
        if let key = key(matching: name) { return .admitted(key.path) }
        let path: StreamPath
        do throws(StreamPath.Fault) {
            path = try StreamPath(application: application, name: name)
        } catch {
            return .illegalName(error)
        }
        switch publish {
        case .open: return .admitted(path)
        case .local where isLocal: return .admitted(path)
        case .local, .key:
            let isOpened = query.contains { parameter in
                (parameter.name == "key" || parameter.name == "token") && opens(path, with: parameter.value)
            }
            return isOpened ? .admitted(path) : .keyRequired
        }
    }

    /// The entry whose secret is `presented`.
    ///
    /// Every entry is compared, in constant time, so that nobody learns from the answer's delay how near a guess was.
    public func key(matching presented: String) -> PublishKey? {
        var found: PublishKey?
        for key in keys where key.secret.matches(presented) { found = key }
        return found
    }

    private func opens(_ path: StreamPath, with presented: String) -> Bool {
        key(matching: presented)?.path == path
    }
}
