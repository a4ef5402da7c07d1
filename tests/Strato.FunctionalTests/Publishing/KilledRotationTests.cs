using System.Diagnostics;
using Strato.Core.Signing;
using Strato.Posix;
using Strato.Publishing.Keys;
using Strato.Testing.Processes;
using Strato.Testing.Publishing;

namespace Strato.FunctionalTests.Publishing;

/// <summary>A rotation of keys, or a restore, that is killed at any moment leaves a repository that clients trust, and goes on when it is run again.</summary>
public sealed class KilledRotationTests
{
    private const int Kills = 10;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_at_many_moments_a_rotation_leaves_a_repository_that_is_trusted()
    {
        using TemporaryHome home = TemporaryHome.WithRepository();
        KeyFiles keys = new(home.Home.Directory, TemporaryHome.Name);
        string source = home.NewFolder("source");
        string[] rotate = ["--home", home.Home.Directory, "keys", TemporaryHome.Name, "rotate", "--wait", "0"];
        TimeSpan whole = default;
        int killed = 0;
        for (int round = 0; round <= Kills; round++)
        {
            Stopwatch watch = Stopwatch.StartNew();
            bool isKilled = await KillAsync(rotate, round == 0 ? TimeSpan.FromMinutes(5) : whole * (1.1 * round / Kills));
            whole = round == 0 ? watch.Elapsed : whole;
            killed += isKilled ? 1 : 0;
            await CheckAsync(home);
            await File.WriteAllTextAsync(Path.Combine(source, "file"), $"round {round}", Cancellation);
            Assert.True(home.Publish(source).IsChanged);
            if (!File.Exists(keys.FormerCertificate) || keys.HasNext)
            {
                Assert.Equal(RotationState.Rotated, KeyRotation.Rotate(new KeyRotationRequest { Repository = TemporaryHome.Name, Settling = TimeSpan.Zero }, home.Context(Cancellation)).State);
            }

            KeyRotation.Retire(TemporaryHome.Name, 30, null, home.Context(Cancellation));
            await CheckAsync(home);
        }

        Assert.InRange(killed, 1, Kills);
        Assert.DoesNotContain(Directory.GetFiles(home.Home.Directory), file => file.Contains(".next.", StringComparison.Ordinal) || file.EndsWith(".new", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Killed_at_many_moments_a_restore_is_run_again()
    {
        using TemporaryHome home = TemporaryHome.WithRepository();
        string source = home.NewFolder("source");
        await File.WriteAllTextAsync(Path.Combine(source, "file"), "content", Cancellation);
        home.Publish(source, tag: "v1");
        string backup = Path.Combine(home.NewFolder("backups"), "backup");
        string passphrase = Path.Combine(home.NewFolder("backups"), "passphrase");
        string storage = Path.Combine(home.NewFolder("elsewhere"), "storage");
        await File.WriteAllTextAsync(passphrase, "correct horse", Cancellation);
        string[] options = ["--home", home.Home.Directory];
        (int made, _, string problem) = await ChildProcess.RunStratoAsync(Cancellation, ["backup", TemporaryHome.Name, "--to", backup, "--passphrase-file", passphrase, .. options]);
        Assert.True(made == 0, problem);
        Directory.Move(home.Storage, storage);
        string[] restore = ["restore", "--from", backup, "--passphrase-file", passphrase, "--storage", storage, .. options];
        TimeSpan whole = default;
        int killed = 0;
        for (int round = 0; round <= Kills; round++)
        {
            Directory.Delete(home.Home.Directory, recursive: true);
            File.Delete(Path.Combine(storage, ".cvmfspublished"));
            Stopwatch watch = Stopwatch.StartNew();
            killed += await KillAsync(restore, round == 0 ? TimeSpan.FromMinutes(5) : whole * (1.1 * round / Kills)) ? 1 : 0;
            whole = round == 0 ? watch.Elapsed : whole;
            if (!home.Home.Contains(TemporaryHome.Name))
            {
                (int code, string output, string error) = await ChildProcess.RunStratoAsync(Cancellation, restore);
                Assert.True(code == 0, output + error);
            }

            await CheckAsync(home);
        }

        Assert.InRange(killed, 1, Kills);
    }

    private static async Task CheckAsync(TemporaryHome home)
    {
        (int code, string output, string error) = await ChildProcess.RunStratoAsync(Cancellation, "--home", home.Home.Directory, "check", TemporaryHome.Name);
        Assert.True(code == 0, output + error);
    }

    private static async Task<bool> KillAsync(string[] arguments, TimeSpan after)
    {
        using ChildProcess process = ChildProcess.StartStrato(arguments);
        Task<int> ended = process.WaitAsync(Cancellation);
        bool isKilled = await Task.WhenAny(ended, Task.Delay(after, Cancellation)) != ended;
        if (isKilled)
        {
            process.Send(Signal.Kill);
        }

        int code = await ended;
        Assert.True(isKilled || code == 0, process.Error);
        return isKilled;
    }
}
