using Strato.Client.Requests;
using Strato.Core.Paths;
using Strato.Posix;

namespace Strato.Client.Attachments;

/// <summary>
/// A name below the mount's root, or the root itself, and what is attached there: the state machine of an attachment, without what it waits for.
/// Safe on all threads.
/// </summary>
internal sealed class AttachmentPlace
{
    private readonly Lock gate = new();
    private Attachment? attached;
    private IAttachedRepository? session;
    private AttachmentState state;
    private TaskCompletionSource change = Completed();
    private DateTimeOffset refusedUntil;
    private DateTimeOffset attachingSince;

    /// <summary>A place with nothing attached.</summary>
    /// <param name="name">The name below the root; empty for the root itself.</param>
    /// <param name="identity">What would be attached.</param>
    /// <param name="settings">Parameters for it alone, as <c>NAME=VALUE</c>.</param>
    public AttachmentPlace(string name, AttachmentIdentity identity, IReadOnlyList<string> settings)
    {
        Name = name;
        Identity = identity;
        Key = identity.Key;
        Settings = settings;
    }

    public string Name { get; }

    /// <summary>The name for logs, which do not keep the secret that a private name is.</summary>
    public string ShownName => IsPrivate ? Identity.ToString() : Name;

    public AttachmentIdentity Identity { get; }

    /// <summary>The digest of the identity.</summary>
    public PathKey Key { get; }

    public IReadOnlyList<string> Settings { get; }

    /// <summary>Whether the name was made through the control socket: it is never listed, and stays until it is taken away there.</summary>
    public bool IsPrivate { get; init; }

    /// <summary>What was shown in the process before; opened first, so that nothing changes unnoticed. Null where nothing was.</summary>
    public SavedAttachment? Saved { get; set; }

    /// <summary>Whether the kernel knows what the process before showed, which this one cannot show, and has not been told so.</summary>
    public bool OwesNotice { get; set; }

    /// <summary>The number in <see cref="Nodes.NodeRecord.Attachment"/>, which <see cref="AttachmentTable"/> gives; null while no node needs one.</summary>
    public ushort? Number { get; set; }

    /// <summary>Since when nobody has asked for anything in it. Belongs to the idle sweep.</summary>
    public DateTimeOffset IdleSince { get; set; }

    /// <summary>What is shown; null in every other state than <see cref="AttachmentState.Attached"/>.</summary>
    public Attachment? Attached => Volatile.Read(ref attached);

    public AttachmentState State
    {
        get
        {
            lock (gate)
            {
                return state;
            }
        }
    }

    /// <summary>What is open; null where nothing is.</summary>
    public IAttachedRepository? Session
    {
        get
        {
            lock (gate)
            {
                return session;
            }
        }
    }

    /// <summary>Completes when no attempt and no detaching is under way.</summary>
    public Task Settled
    {
        get
        {
            lock (gate)
            {
                return change.Task;
            }
        }
    }

    /// <summary>Why it is refused, for people.</summary>
    public string? Refusal { get; private set; }

    /// <summary>What programs are told while it is refused.</summary>
    public Errno RefusalErrno { get; private set; }

    /// <summary>Whether a refusal is over and nothing is open or changing, so that the place may be forgotten.</summary>
    public bool IsForgettable(DateTimeOffset now)
    {
        lock (gate)
        {
            return state == AttachmentState.Detached || (state == AttachmentState.Refused && now >= refusedUntil);
        }
    }

    /// <summary>Whether the attempt to attach it has taken this long already.</summary>
    public bool HasAttachedFor(TimeSpan time, DateTimeOffset now)
    {
        lock (gate)
        {
            return state == AttachmentState.Attaching && now - attachingSince >= time;
        }
    }

    /// <summary>The attachment; or the refusal; or a wait for the attempt that is made or has to be made.</summary>
    public Outcome Enter(AttachmentDirectory directory, out Attachment attachment)
    {
        attachment = Attached!;
        if (attachment is not null)
        {
            return Outcome.Done;
        }

        lock (gate)
        {
            if (state == AttachmentState.Refused && directory.Now < refusedUntil)
            {
                return RefusalErrno;
            }
        }

        return Outcome.Wants(new AttachWant(directory, this));
    }

    /// <summary>
    /// Begins an attempt where one is due; the caller makes it and says how it ended. False where there is nothing to do, or somebody else does
    /// it until <paramref name="done"/> completes.
    /// </summary>
    public bool TryBeginAttach(DateTimeOffset now, out Task done)
    {
        lock (gate)
        {
            bool isDue = state == AttachmentState.Detached || (state == AttachmentState.Refused && now >= refusedUntil);
            if (isDue)
            {
                attachingSince = now;
                Begin(AttachmentState.Attaching);
            }

            done = change.Task;
            return isDue;
        }
    }

    /// <summary>The attempt succeeded.</summary>
    public void Attach(IAttachedRepository opened)
    {
        lock (gate)
        {
            session = opened;
            Refusal = null;
            End(AttachmentState.Attached, opened.Attachment);
        }
    }

    /// <summary>The attempt failed.</summary>
    public void Refuse(Errno errno, string reason, DateTimeOffset until)
    {
        lock (gate)
        {
            refusedUntil = until;
            RefusalErrno = errno;
            Refusal = reason;
            End(AttachmentState.Refused, null);
        }
    }

    /// <summary>Lets the next request try again.</summary>
    public void ForgetRefusal()
    {
        lock (gate)
        {
            refusedUntil = DateTimeOffset.MinValue;
        }
    }

    /// <summary>Begins to detach what is attached. False in any other state.</summary>
    public bool TryBeginDetach()
    {
        lock (gate)
        {
            if (state != AttachmentState.Attached)
            {
                return false;
            }

            Begin(AttachmentState.Detaching);
            return true;
        }
    }

    /// <summary>It is in use after all: shows again what was being detached.</summary>
    public void Keep()
    {
        lock (gate)
        {
            End(AttachmentState.Attached, session!.Attachment);
        }
    }

    /// <summary>Detaches; answers what the caller has to close.</summary>
    public IAttachedRepository Detach()
    {
        lock (gate)
        {
            IAttachedRepository closing = session!;
            session = null;
            End(AttachmentState.Detached, null);
            return closing;
        }
    }

    private static TaskCompletionSource Completed()
    {
        TaskCompletionSource source = new();
        source.SetResult();
        return source;
    }

    private void Begin(AttachmentState next)
    {
        state = next;
        change = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref attached, null);
    }

    private void End(AttachmentState next, Attachment? shown)
    {
        state = next;
        Volatile.Write(ref attached, shown);
        change.SetResult();
    }
}
