using Strato.Core;
using Strato.Publishing.Replication;
using Strato.Testing.Http;
using Strato.Testing.Publishing;

namespace Strato.FunctionalTests.Publishing.Replication;

/// <summary>Sources that die, lie, hang or collect in the middle of a snapshot.</summary>
public sealed class BadSourceTests : IDisposable
{
    private const string Prefix = "/cvmfs/" + TemporaryHome.Name;

    private readonly ReplicaSource source = new();
    private readonly TemporaryReplica replica = new();

    public BadSourceTests() => source.Publish(0);

    public static TheoryData<NetworkFault> Faults => [.. FaultyServer.Faults.Where(fault => !FaultyServer.Passes(fault))];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task In_the_middle_of_a_snapshot_it_fails_in_one_line_and_the_next_goes_on(NetworkFault fault)
    {
        await using FaultyServer server = new(Honest);
        Add(server.Address + Prefix);
        replica.Snapshot();
        source.Publish(1);
        int before = Count(replica.Storage);
        int objects = 0;
        server.FaultOf = path => path.Contains("/data/", StringComparison.Ordinal) && Interlocked.Increment(ref objects) >= 20 ? fault : NetworkFault.None;

        StratoException failure = Assert.ThrowsAny<StratoException>(() => replica.Snapshot());

        Assert.DoesNotContain('\n', failure.Message);
        Assert.Equal(2u, Served());
        Assert.Empty(replica.Check());
        int fetched = Count(replica.Storage) - before;
        Assert.InRange(fetched, 1, 20);
        server.FaultOf = _ => NetworkFault.None;
        SnapshotOutcome outcome = replica.Snapshot();
        Assert.Equal(3u, outcome.Revision);
        Assert.InRange(outcome.Counts.NewObjects, 1, Count(replica.Storage) - before - fetched);
        Assert.Empty(replica.Check());
    }

    [Fact]
    public async Task One_that_dies_is_left_for_the_next()
    {
        await using FaultyServer dying = new(Honest);
        await using FaultyServer living = new(Honest);
        int objects = 0;
        dying.FaultOf = path => path.Contains("/data/", StringComparison.Ordinal) && Interlocked.Increment(ref objects) >= 10 ? NetworkFault.Refused : NetworkFault.None;
        Add($"{dying.Address}{Prefix};{living.Address}{Prefix}");

        Assert.Equal(2u, replica.Snapshot().Revision);

        Assert.NotEmpty(living.Requests);
        Assert.Empty(replica.Check());
    }

    [Fact]
    public async Task One_that_publishes_and_collects_meanwhile_is_followed()
    {
        int objects = 0;
        bool hasCollected = false;
        Lock gate = new();
        await using ScriptedPeer server = new(request =>
        {
            if (request.Path.Contains("/data/", StringComparison.Ordinal) && Interlocked.Increment(ref objects) >= 25)
            {
                lock (gate)
                {
                    if (!hasCollected)
                    {
                        hasCollected = true;
                        ReplaceEverything();
                    }
                }
            }

            return Honest(request);
        });
        Add(server.Address + Prefix, TimeSpan.FromMinutes(1));

        SnapshotOutcome outcome = replica.Snapshot();

        Assert.True(hasCollected);
        Assert.Equal(4u, outcome.Revision);
        Assert.Empty(outcome.Missing);
        Assert.Empty(replica.Check());
    }

    [Fact]
    public async Task Readers_of_a_replica_never_meet_a_missing_object()
    {
        await using FaultyServer server = new(Honest);
        Add(server.Address + Prefix);
        replica.Snapshot();
        using CancellationTokenSource done = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        int rounds = 0;
        Task reading = Task.Run(
            () =>
            {
                while (!done.IsCancellationRequested)
                {
                    using RevisionListing listing = replica.List();
                    Assert.All(
                        listing.Entries.Values.Where(entry => entry.Entry.Type == Core.Catalogs.FileType.Regular),
                        entry => Assert.Equal(entry.Entry.Size, listing.ReadContent(entry).Length));
                    Interlocked.Increment(ref rounds);
                }
            },
            TestContext.Current.CancellationToken);
        for (int round = 1; round <= 6 || (Volatile.Read(ref rounds) < 6 && !reading.IsCompleted); round++)
        {
            source.Publish(round);
            replica.Snapshot();
        }

        await done.CancelAsync();
        await reading;
        Assert.Empty(replica.Check());
    }

    public void Dispose()
    {
        replica.Dispose();
        source.Dispose();
    }

    private PeerReply Honest(PeerRequest request) => ScriptedPeer.Directory(Prefix + "/", source.Home.Storage)(request);

    private void Add(string sources, TimeSpan? timeout = null) =>
        replica.Add(sources, source.PublicKey, settings => settings with { Timeout = timeout ?? TimeSpan.FromSeconds(3) });

    private static int Count(string storage) => Directory.GetFiles(Path.Combine(storage, "data"), "*", SearchOption.AllDirectories).Count(file => !file.Contains("/txn/", StringComparison.Ordinal));

    private ulong Served()
    {
        using RevisionListing listing = replica.List();
        return listing.Manifest.Revision;
    }

    // Publishes other trees, twice, so that no name is left to what was there before, and deletes the files that only that had.
    private void ReplaceEverything()
    {
        string data = Path.Combine(source.Home.Storage, "data");
        string[] before = Directory.GetFiles(data, "*", SearchOption.AllDirectories);
        string tree = source.Home.NewFolder("source");
        Directory.Delete(Path.Combine(tree, "round0"), recursive: true);
        HashSet<string> kept = new(StringComparer.Ordinal);
        for (int round = 1; round <= 2; round++)
        {
            source.Publish(round);
            using RevisionListing now = source.Home.List();
            kept.UnionWith(now.Entries.Values.SelectMany(entry => entry.Chunks.Select(chunk => chunk.Hash).Append(entry.Entry.Hash)).Select(hash => hash.ToString()));
        }

        foreach (string file in before.Where(file => char.IsAsciiHexDigitLower(file[^1]) || file[^1] == 'P'))
        {
            string hash = Path.GetRelativePath(data, file).Replace("/", "", StringComparison.Ordinal).TrimEnd('P');
            if (hash.Length == 40 && !kept.Contains(hash))
            {
                File.Delete(file);
            }
        }
    }
}
