using System.Text;
using Strato.Commands;
using Strato.Core;
using Strato.Fuse.Handover;
using Strato.Posix;

namespace Strato.Mounting;

/// <summary>How a mount's daemon sees to it that the mount outlives it.</summary>
internal static class MountKeeping
{
    /// <summary>The parameter with the time, in seconds, after which a daemon that reads no request counts as hung.</summary>
    public const string HangSetting = "STRATO_HANG_TIMEOUT";

    /// <summary>
    /// Makes the link to a holder: to the one that started this process, or to one that is still to be started. In the foreground of a service it is the
    /// service manager that holds.
    /// </summary>
    /// <param name="role">What this process is to the mount.</param>
    /// <param name="inheritance">What a predecessor left; null for a new mount.</param>
    /// <param name="hangTimeout">The parameter STRATO_HANG_TIMEOUT, in seconds; null where it is not set.</param>
    /// <param name="log">Where holder and successors write.</param>
    /// <param name="report">Told one line when a holder has to be replaced.</param>
    public static IDescriptorKeeper Link(MountRole role, HandoverInheritance? inheritance, string? hangTimeout, FileDescriptor log, Action<string> report)
    {
        if (role == MountRole.Foreground && ServiceManagerLink.IsThere)
        {
            return new ServiceManagerLink();
        }

        HolderProgram program = new()
        {
            Path = OwnProcess.Path,
            Arguments = [.. OwnProcess.Prefix.Concat(HoldCommand.Line).Select(Encoding.UTF8.GetBytes)],
            Build = HoldCommand.Build,
            Log = log,
        };
        return new HolderLink(program, Order(inheritance, hangTimeout), inheritance, report);
    }

    /// <summary>In a successor: takes what the predecessor left. Null in a process that has none.</summary>
    public static HandoverInheritance? Inherit(MountRole role)
    {
        if (role != MountRole.Successor)
        {
            return role == MountRole.Foreground && ServiceManagerLink.IsThere ? HandoverInheritance.TakeFromServiceManager() : null;
        }

        HandoverInheritance? inheritance = HandoverInheritance.Receive();

        // Raising the score back from the holder's is always allowed, and where it is not, there was nothing to raise.
        _ = OutOfMemoryScore.TryWrite(inheritance?.Order?.OutOfMemoryScore ?? 0);
        return inheritance;
    }

    /// <summary>In a successor: its log, which the holder gave it as its streams.</summary>
    public static FileDescriptor OwnLog()
    {
        const int standardError = 2;
        using FileDescriptor error = new(standardError, ownsHandle: false);
        PosixFile.Duplicate(error, out FileDescriptor? log).ThrowIfFailed("use the log that this process was started with");
        return log!;
    }

    private static HandoverOrder Order(HandoverInheritance? inheritance, string? hangTimeout)
    {
        byte[] program = Encoding.UTF8.GetBytes(OwnProcess.Path);
        HandoverOrder order = inheritance?.Order is not { } inherited
            ? new HandoverOrder
            {
                Program = program,
                Arguments = OwnProcess.ReadArguments(),
                Directory = Encoding.UTF8.GetBytes(Environment.CurrentDirectory),
                OutOfMemoryScore = OutOfMemoryScore.Read(),
            }
            : inherited with
            {
                Program = program,
                PreviousProgram = inherited.Program.AsSpan().SequenceEqual(program) ? inherited.PreviousProgram : [],
            };
        if (hangTimeout is null)
        {
            return order;
        }

        return double.TryParse(hangTimeout, System.Globalization.CultureInfo.InvariantCulture, out double seconds) && seconds is >= 0 and <= int.MaxValue / 1000
            ? order with { HangLimit = TimeSpan.FromSeconds(seconds) }
            : throw new StratoException($"cannot take {HangSetting}={hangTimeout}: write the seconds, or 0 for never");
    }
}
