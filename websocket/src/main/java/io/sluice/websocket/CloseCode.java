package io.sluice.websocket;

/** Close codes of RFC 6455 §7.4.1 that this server sends or reports. */
public final class CloseCode {
    /** The purpose is fulfilled. */
    public static final int NORMAL = 1000;
    /** The server shuts down or the peer was silent for too long. */
    public static final int GOING_AWAY = 1001;
    /** The peer broke the protocol. */
    public static final int PROTOCOL_ERROR = 1002;
    /** A kind of data this endpoint does not take. */
    public static final int UNSUPPORTED_DATA = 1003;
    /** Never sent: the peer's Close frame had no code. */
    public static final int NO_STATUS = 1005;
    /** Never sent: the connection broke without a Close frame. */
    public static final int ABNORMAL = 1006;
    /** Text that is not UTF-8. */
    public static final int INVALID_PAYLOAD = 1007;
    /** A rule of this service was broken. */
    public static final int POLICY_VIOLATION = 1008;
    /** A message larger than the limit. */
    public static final int TOO_BIG = 1009;
    /** The server failed. */
    public static final int INTERNAL_ERROR = 1011;
    /** Overload: this subscriber did not keep up; connect again later. */
    public static final int TRY_AGAIN_LATER = 1013;

    private CloseCode() {}

    /**
     * Whether a Close frame may carry the code: the registered 1000–1003 and 1007–1014, and 3000–4999 for frameworks and applications (RFC
     * 6455 §7.4.2). 1004, 1005, 1006 and 1015 are reserved and never on the wire.
     */
    public static boolean isSendable(int code) {
        return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
    }
}
