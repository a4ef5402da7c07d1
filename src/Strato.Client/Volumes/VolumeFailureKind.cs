namespace Strato.Client.Volumes;

/// <summary>The sorts of failure that callers tell apart.</summary>
public enum VolumeFailureKind
{
    /// <summary>What was asked is malformed.</summary>
    InvalidArgument,

    /// <summary>There is no such repository, directory or volume.</summary>
    NotFound,

    /// <summary>Something else has the name or the place.</summary>
    AlreadyExists,

    /// <summary>The administrator does not allow it.</summary>
    PermissionDenied,

    /// <summary>What lies at the target is not ours to touch.</summary>
    FailedPrecondition,

    /// <summary>No client, server or proxy answers; trying again may help.</summary>
    Unavailable,

    /// <summary>Another call works on the same.</summary>
    Aborted,

    /// <summary>It took longer than the limit.</summary>
    DeadlineExceeded,

    /// <summary>The node's disk is full.</summary>
    ResourceExhausted,

    /// <summary>A capacity is out of range.</summary>
    OutOfRange,

    /// <summary>Anything else.</summary>
    Internal,
}
