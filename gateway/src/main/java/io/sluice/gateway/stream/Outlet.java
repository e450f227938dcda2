package io.sluice.gateway.stream;

/** The way from a stream to one client. Called on the client's event loop only. */
interface Outlet {
    /** Whether the next call can be taken without piling up. */
    boolean writable();

    /** Takes one event or mark. */
    void event(StreamEvent event, EventId id);

    /** Tells of events that will not come. */
    void gap(Gap gap);

    /** Sends what was taken; after a run of events. */
    void flush();

    /** Ends the connection with one of the close codes of {@link StreamProtocol}. */
    void end(int code, String reason);
}
