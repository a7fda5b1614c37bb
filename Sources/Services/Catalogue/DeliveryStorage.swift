/// What the server keeps of messages that wait to be delivered, so that they outlive it.
///
/// Each function is one transaction, as with all of the catalogue.
public protocol DeliveryStorage: Sendable {
    /// Adds messages.
    ///
    /// - Returns: their numbers, which rise in this order.
    func addDeliveries(_ drafts: [QueuedDelivery.Draft]) async throws -> [Int64]
    /// All messages that wait, the oldest first, without their content.
    func deliveries() async throws -> [QueuedDelivery]
    /// The content of a message; `nil` for one that waits no more.
    func deliveryContent(_ number: Int64) async throws -> QueuedDelivery.Content?
    /// Removes messages that were delivered, or are given up.
    func removeDeliveries(_ numbers: [Int64]) async throws
}

/// A message that waits to be delivered.
public struct QueuedDelivery: Sendable, Equatable {
    /// Its place in the order of all.
    public var number: Int64
    /// Who is to get it.
    public var receiver: String
    /// Messages of one lane are delivered in their order: that of a stream.
    public var lane: String
    /// The session that it tells of, whose messages keep their order too; empty for none.
    public var session: String
    /// When it came, in milliseconds since 1970.
    public var createdAt: Int64
    /// Bytes of its content.
    public var byteCount: Int

    /// Describes a message.
    public init(number: Int64, receiver: String, lane: String, session: String, createdAt: Int64, byteCount: Int) {
        self.number = number
        self.receiver = receiver
        self.lane = lane
        self.session = session
        self.createdAt = createdAt
        self.byteCount = byteCount
    }

    /// What is sent.
    public struct Content: Sendable, Equatable {
        /// What it says, by the receiver's word.
        public var event: String
        /// Tells it from every other.
        public var id: String
        /// The media type of the body.
        public var contentType: String
        /// The body.
        public var body: [UInt8]

        /// Makes a content.
        public init(event: String, id: String, contentType: String, body: [UInt8]) {
            self.event = event
            self.id = id
            self.contentType = contentType
            self.body = body
        }
    }

    /// A message that is to wait.
    public struct Draft: Sendable, Equatable {
        /// Who is to get it.
        public var receiver: String
        /// The lane that it belongs to.
        public var lane: String
        /// The session that it tells of; empty for none.
        public var session: String
        /// When it came, in milliseconds since 1970.
        public var createdAt: Int64
        /// What is sent.
        public var content: Content

        /// Makes a draft.
        public init(receiver: String, lane: String, session: String, createdAt: Int64, content: Content) {
            self.receiver = receiver
            self.lane = lane
            self.session = session
            self.createdAt = createdAt
            self.content = content
        }

        /// The message under a number.
        public func numbered(_ number: Int64) -> QueuedDelivery {
            QueuedDelivery(
                number: number, receiver: receiver, lane: lane, session: session, createdAt: createdAt,
                byteCount: content.body.count)
        }
    }
}
