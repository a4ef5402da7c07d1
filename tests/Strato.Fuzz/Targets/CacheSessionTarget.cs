using Strato.Storage.Cache;

namespace Strato.Fuzz.Targets;

/// <summary>A cache's session file, which a crash may have left in any state.</summary>
internal sealed class CacheSessionTarget : IFuzzTarget
{
    public string Name => "cache-session";

    public IEnumerable<byte[]> Seeds =>
    [
        "0 0 1763632801 11111111-2222-3333-4444-555555555555\n"u8.ToArray(),
        "1763600000 1763632803 1763632801 -\n"u8.ToArray(),
    ];

    public bool Run(byte[] input)
    {
        CacheSession? session = CacheSession.TryParse(input);
        CacheSession next = CacheSession.Continue(session, "this-boot", 1_800_000_000, hasEntries: true);
        bool covers = session?.BootId is not { } boot || boot == "this-boot" || next.Suspects.Contains(Math.Min(session.From, 1_799_999_999));
        if (!covers)
        {
            throw new InvalidOperationException("entries of a boot that crashed are not in doubt");
        }

        return session is not null && (CacheSession.TryParse(session.Format()) == session
            ? true
            : throw new InvalidOperationException("the session does not come back"));
    }
}
