namespace Strato.Fuse.Protocol;

/// <summary>enum fuse_notify_code: what a message without a request tells the kernel.</summary>
public enum FuseNotification
{
    None = 0,
    Poll = 1,
    InvalInode = 2,
    InvalEntry = 3,
    Store = 4,
    Retrieve = 5,
    Delete = 6,
    Resend = 7,
    IncEpoch = 8,
    Prune = 9,
}
