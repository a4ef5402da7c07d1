namespace Strato.Fuse.Protocol;

/// <summary>The FUSE_ flags of INIT up to protocol 7.45, both words in one.</summary>
[Flags]
public enum FuseInitFlags : ulong
{
    None = 0,

    /// <summary>Several reads of one file at a time.</summary>
    AsyncRead = 1UL << 0,
    PosixLocks = 1UL << 1,
    FileOps = 1UL << 2,
    AtomicOTrunc = 1UL << 3,
    ExportSupport = 1UL << 4,
    BigWrites = 1UL << 5,
    DontMask = 1UL << 6,
    SpliceWrite = 1UL << 7,
    SpliceMove = 1UL << 8,
    SpliceRead = 1UL << 9,
    FlockLocks = 1UL << 10,
    HasIoctlDir = 1UL << 11,
    AutoInvalData = 1UL << 12,

    /// <summary>READDIRPLUS: a listing brings the attributes along.</summary>
    DoReadDirPlus = 1UL << 13,

    /// <summary>The kernel uses READDIRPLUS only where the attributes seem wanted.</summary>
    ReadDirPlusAuto = 1UL << 14,
    AsyncDio = 1UL << 15,
    WritebackCache = 1UL << 16,
    NoOpenSupport = 1UL << 17,

    /// <summary>Lookups and listings in one directory at the same time.</summary>
    ParallelDirOps = 1UL << 18,
    HandleKillPriv = 1UL << 19,
    PosixAcl = 1UL << 20,
    AbortError = 1UL << 21,

    /// <summary><see cref="FuseInitOut.MaxPages"/> counts: requests over 32 pages.</summary>
    MaxPages = 1UL << 22,

    /// <summary>The kernel keeps link targets.</summary>
    CacheSymlinks = 1UL << 23,

    /// <summary>OPENDIR may be answered with ENOSYS; the kernel then stops asking and caches listings.</summary>
    NoOpenDirSupport = 1UL << 24,
    ExplicitInvalData = 1UL << 25,
    MapAlignment = 1UL << 26,
    Submounts = 1UL << 27,
    HandleKillPrivV2 = 1UL << 28,
    SetXattrExt = 1UL << 29,

    /// <summary>Bits from 32 up are exchanged.</summary>
    InitExt = 1UL << 30,
    InitReserved = 1UL << 31,
    SecurityCtx = 1UL << 32,
    HasInodeDax = 1UL << 33,
    CreateSuppGroup = 1UL << 34,

    /// <summary>INVAL_ENTRY knows EXPIRE_ONLY.</summary>
    HasExpireOnly = 1UL << 35,
    DirectIoAllowMmap = 1UL << 36,

    /// <summary>The kernel reads backing files itself.</summary>
    Passthrough = 1UL << 37,
    NoExportSupport = 1UL << 38,

    /// <summary>The RESEND notification is known (6.9 and later).</summary>
    HasResend = 1UL << 39,
    AllowIdmap = 1UL << 40,
    OverIoUring = 1UL << 41,
    RequestTimeout = 1UL << 42,
}
