using Strato.Client.Mounting;
using Strato.Core;
using Strato.Posix;

namespace Strato.Client.Attachments;

/// <summary>
/// What is attached where in a mount: finds places by their names, attaches them on demand and lists them. Attaching waits on the thread pool, never on
/// a thread that serves requests. Safe on all threads.
/// </summary>
internal sealed class AttachmentDirectory : IAsyncDisposable
{
    /// <summary>Names that are remembered because they were refused; more are forgotten early.</summary>
    private const int MaxRefused = 4096;

    private readonly AttachmentTable table;
    private readonly IAttachmentOpener opener;
    private readonly AttachmentOptions options;
    private readonly ClientLog log;
    private readonly TimeProvider clock;
    private readonly Lock gate = new();
    private readonly Dictionary<string, AttachmentPlace> places = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AttachmentPlace>.AlternateLookup<ReadOnlySpan<char>> byName;
    private readonly CancellationTokenSource closing = new();
    private HashSet<string> configured = new(StringComparer.Ordinal);
    private ListedPlace[]? listing;

    public AttachmentDirectory(AttachmentTable table, IAttachmentOpener opener, AttachmentOptions options, ClientLog log, TimeProvider clock)
    {
        this.table = table;
        this.opener = opener;
        this.options = options;
        this.log = log;
        this.clock = clock;
        byName = places.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public DateTimeOffset Now => clock.GetUtcNow();

    public AttachmentTable Table => table;

    public AttachmentOptions Options => options;

    /// <summary>Called when another set of names is listed, or something is attached or detached. Not on threads that serve requests.</summary>
    public Action Changed { get; set; } = () => { };

    /// <summary>Called when what <see cref="Save"/> gives has changed. Not on threads that serve requests.</summary>
    public Action Numbered { get; set; } = () => { };

    /// <summary>Called when a place shows another revision than the process before, of which the kernel has not been told. Not on threads that serve requests.</summary>
    public Action<ushort> ShowsOther { get; set; } = _ => { };

    /// <summary>Every place that is remembered.</summary>
    public IReadOnlyList<AttachmentPlace> Places
    {
        get
        {
            lock (gate)
            {
                return [.. places.Values];
            }
        }
    }

    /// <summary>What the root lists: what is configured, and what is attached and not private, in the order of the cookies.</summary>
    public ReadOnlySpan<ListedPlace> Listing
    {
        get
        {
            lock (gate)
            {
                return listing ??= ListedPlace.Sort(places.Values.Where(IsListed), configured);
            }
        }
    }

    /// <summary>Puts a place where the mount's beginning, the control socket or another process says.</summary>
    public void Add(AttachmentPlace place)
    {
        lock (gate)
        {
            places.Add(place.Name, place);
            listing = null;
        }
    }

    /// <summary>The place of a name, made where the name can be a repository's; null for any other.</summary>
    public AttachmentPlace? Find(ReadOnlySpan<byte> name)
    {
        Span<char> buffer = stackalloc char[byte.MaxValue];
        if (!AttachableName.TryDecode(name, buffer, out ReadOnlySpan<char> text))
        {
            return null;
        }

        lock (gate)
        {
            if (byName.TryGetValue(text, out AttachmentPlace? known))
            {
                return known;
            }

            if (!AttachableName.IsRepository(text))
            {
                return null;
            }

            DropRefusedIfFull();
            return AddDefault(text.ToString());
        }
    }

    /// <summary>The place of a name that a person gave; null where there is none.</summary>
    public AttachmentPlace? Find(string name)
    {
        lock (gate)
        {
            return places.GetValueOrDefault(name);
        }
    }

    /// <summary>Says which repositories are listed whether they are attached or not.</summary>
    public void SetConfigured(IEnumerable<string> names)
    {
        lock (gate)
        {
            configured = names.Where(name => AttachableName.IsRepository(name)).ToHashSet(StringComparer.Ordinal);
            foreach (string name in configured.Where(name => !places.ContainsKey(name)))
            {
                AddDefault(name);
            }

            // The root lists them under numbers that a successor has to know: they are given together, not one at a time.
            foreach (string name in configured)
            {
                table.TryNumber(places[name], out _);
            }

            listing = null;
        }

        Changed();
        Numbered();
    }

    /// <summary>Has every name that was refused tried again at its next use.</summary>
    public void ForgetRefusals()
    {
        foreach (AttachmentPlace place in Places)
        {
            place.ForgetRefusal();
        }
    }

    /// <summary>
    /// Attaches a place unless it is attached or refused, or waits for whoever does it. How that ended is in the place.
    /// </summary>
    public Task AttachAsync(AttachmentPlace place, bool acceptsOlder = false)
    {
        if (place.TryBeginAttach(Now, out Task done))
        {
            _ = Task.Run(() => OpenAsync(place, acceptsOlder));
        }

        return done;
    }

    /// <summary>Puts the root of a mount of one repository in place. Its failure is thrown, and not remembered.</summary>
    public async Task AttachRootAsync(AttachmentPlace place, bool acceptsOlder, CancellationToken cancellation)
    {
        Add(place);
        place.TryBeginAttach(Now, out _);
        try
        {
            place.Attach(await opener.OpenAsync(place, () => NumberOf(place), acceptsOlder, cancellation));
        }
        catch (Exception error)
        {
            place.Refuse(Errno.EIO, error.Message, Now);
            throw;
        }
    }

    /// <summary>
    /// Detaches a place unless somebody uses it. False where it is in use or not attached.
    /// </summary>
    /// <param name="place">The place.</param>
    /// <param name="isUsed">Whether the kernel knows any of its nodes; asked after new lookups have begun to wait for the end of this.</param>
    public async Task<bool> TryDetachAsync(AttachmentPlace place, Func<bool> isUsed)
    {
        if (!place.TryBeginDetach())
        {
            return false;
        }

        if (isUsed())
        {
            place.Keep();
            return false;
        }

        // No attempt to attach it again can begin before the detaching ends. The root lists what is configured under numbers that stay.
        if (!IsConfigured(place))
        {
            table.Release(place);
        }

        IAttachedRepository closed = place.Detach();
        ForgetListing();
        await closed.DisposeAsync();
        return true;
    }

    /// <summary>Whether a place is listed also while it is not attached.</summary>
    public bool IsConfigured(AttachmentPlace place)
    {
        lock (gate)
        {
            return configured.Contains(place.Name);
        }
    }

    /// <summary>Forgets a place, unless it is attached or being so, or listed. False where it stays.</summary>
    public bool TryForget(AttachmentPlace place)
    {
        lock (gate)
        {
            if (place.Number is not null || !place.IsForgettable(Now) || configured.Contains(place.Name) || !places.Remove(place.Name))
            {
                return false;
            }
        }

        Numbered();
        return true;
    }

    /// <summary>What a successor has to know.</summary>
    public SavedAttachment[] Save() =>
    [
        .. Places.Where(place => place.Number is not null || place.IsPrivate).Select(place => new SavedAttachment
        {
            Number = place.Number ?? AttachmentTable.NoAttachment,
            Name = place.Name,
            Identity = place.Identity,
            Settings = place.Settings,
            IsPrivate = place.IsPrivate,
            Revision = place.Session?.Attachment.ForSuccessors.Number ?? place.Saved?.Revision ?? 0,
            Shown = place.Session?.Attachment.SaveShown() ?? place.Saved?.Shown ?? [],
            IsNoticeDue = place.OwesNotice || (place.Attached?.IsNoticeDue ?? false),
            RootHash = place.Session?.Attachment.ForSuccessors.RootHash.ToString() ?? place.Saved?.RootHash ?? "",
        }),
    ];

    /// <summary>Puts back what <see cref="Save"/> gave in another process. Nothing is opened before it is used.</summary>
    public void Restore(IEnumerable<SavedAttachment> saved)
    {
        foreach (SavedAttachment one in saved)
        {
            AttachmentPlace place = new(one.Name, one.Identity, one.Settings) { IsPrivate = one.IsPrivate, Saved = one.RootHash.Length > 0 ? one : null };
            if (one.Number != AttachmentTable.NoAttachment)
            {
                table.Restore(place, one.Number);
            }

            Add(place);
        }
    }

    /// <summary>Closes everything. No request may be running.</summary>
    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await Task.WhenAll(Places.Select(place => place.Settled));
        foreach (AttachmentPlace place in Places.Where(place => place.TryBeginDetach()))
        {
            await place.Detach().DisposeAsync();
        }

        closing.Dispose();
    }

    private async Task OpenAsync(AttachmentPlace place, bool acceptsOlder)
    {
        try
        {
            place.IdleSince = Now;
            IAttachedRepository? asBefore = await OpenSavedAsync(place, acceptsOlder);
            place.Attach(asBefore ?? await opener.OpenAsync(place, () => NumberOf(place), acceptsOlder, closing.Token));

            // Not before: a successor is told what is shown by now, or else what was shown before, at any moment.
            place.Saved = null;
            if (place.OwesNotice)
            {
                ShowsOther(NumberOf(place));
                place.OwesNotice = false;
            }
        }
        catch (Exception error) when (error is StratoException or OperationCanceledException)
        {
            Refuse(place, error is UnknownRepositoryException ? Errno.ENOENT : Errno.EIO, error.Message);
        }
        catch (Exception error)
        {
            log.Failed($"attaching {place.ShownName}", error);
            Refuse(place, Errno.EIO, $"{error.GetType().Name}: {error.Message}");
        }

        ForgetListing();
    }

    /// <summary>Opens what the process before had; null where that is nothing, or not to be had any more: then what is newest has to do.</summary>
    private async Task<IAttachedRepository?> OpenSavedAsync(AttachmentPlace place, bool acceptsOlder)
    {
        if (place.Saved is null)
        {
            return null;
        }

        try
        {
            return await opener.OpenAsync(place, () => NumberOf(place), acceptsOlder, closing.Token);
        }
        catch (StratoException error)
        {
            log.CannotShowAsBefore(place.ShownName, error.Message);
            place.OwesNotice = true;
            place.Saved = null;
            return null;
        }
    }

    private ushort NumberOf(AttachmentPlace place)
    {
        if (!table.TryNumber(place, out ushort number))
        {
            throw new StratoException($"no more than {AttachmentTable.NoAttachment} repositories can be attached");
        }

        Numbered();
        return number;
    }

    private void Refuse(AttachmentPlace place, Errno errno, string reason)
    {
        if (!closing.IsCancellationRequested)
        {
            log.AttachRefused(place.ShownName, (long)options.RetryAfter.TotalSeconds, reason);
        }

        place.Refuse(errno, reason, Now + options.RetryAfter);
    }

    private void ForgetListing()
    {
        lock (gate)
        {
            listing = null;
        }

        Changed();
        Numbered();
    }

    private bool IsListed(AttachmentPlace place) => !place.IsPrivate && (configured.Contains(place.Name) || place.Attached is not null);

    private AttachmentPlace AddDefault(string name)
    {
        AttachmentPlace place = new(name, AttachmentIdentity.OfDefault(name), []);
        places.Add(name, place);
        return place;
    }

    private void DropRefusedIfFull()
    {
        if (places.Count >= MaxRefused + configured.Count
            && places.Values.FirstOrDefault(place => place is { IsPrivate: false, Number: null, State: AttachmentState.Refused }) is { } oldest)
        {
            places.Remove(oldest.Name);
        }
    }
}
