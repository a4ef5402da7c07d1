using System.Text;
using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Core.Sqlite;

namespace Strato.Core.History;

/// <summary>
/// Changes a private working copy of a history; its bytes then become the next history object. Nothing is kept unless
/// <see cref="Seal"/> is reached. Used by one thread at a time.
/// </summary>
public sealed class HistoryEditor : IDisposable
{
    private const string TrunkDescription = "current HEAD";
    private const string TrunkPreviousDescription = "default undo target";

    private readonly SqliteScratchFile file;
    private readonly SqliteTransaction transaction;
    private bool isSealed;

    private HistoryEditor(SqliteScratchFile file, HistoryDatabase history)
    {
        this.file = file;
        History = history;
        transaction = history.Database.BeginTransaction();
    }

    /// <summary>The history as it stands, changes included.</summary>
    public HistoryDatabase History { get; }

    /// <summary>Starts an empty history.</summary>
    /// <param name="repositoryName">The fully qualified repository name.</param>
    /// <param name="directory">Where the working copy lies meanwhile.</param>
    public static HistoryEditor Create(string repositoryName, string directory)
    {
        SqliteScratchFile copy = new(directory, default);
        return Start(copy, () =>
        {
            SqliteDatabase database = SqliteDatabase.Create(copy.Path);
            try
            {
                HistorySchema.Create(database, repositoryName);
                return database;
            }
            catch
            {
                database.Dispose();
                throw;
            }
        });
    }

    /// <summary>Starts from an existing history, which is brought to the latest schema revision.</summary>
    /// <param name="image">The plain bytes of the history that <paramref name="name"/> names.</param>
    /// <param name="name">Its hash, which the new one records as its predecessor.</param>
    /// <param name="directory">Where the working copy lies meanwhile.</param>
    public static HistoryEditor Edit(ReadOnlySpan<byte> image, ObjectHash name, string directory)
    {
        SqliteScratchFile copy = new(directory, image);
        return Start(copy, () =>
        {
            SqliteDatabase database = SqliteDatabase.OpenReadWrite(copy.Path);
            try
            {
                HistorySchema.Upgrade(database, HistorySchema.Check(database));
                new SqliteProperties(database).Set("previous_revision", name.ToString());
                return database;
            }
            catch
            {
                database.Dispose();
                throw;
            }
        });
    }

    /// <summary>Adds a tag under a name that is free.</summary>
    /// <exception cref="StratoException">The name is taken or not allowed, or the branch does not exist.</exception>
    public void Add(HistoryTag tag)
    {
        TagName.Require(tag.Name);
        if (History.Find(tag.Name) is HistoryTag existing)
        {
            throw new StratoException(
                $"cannot add the tag {BytesText.Escape(tag.Name)}: it exists and names revision {existing.Revision}; remove it first or choose another name");
        }

        if (!History.ListBranches().Exists(branch => branch.Name == tag.Branch))
        {
            throw new StratoException($"cannot add the tag {BytesText.Escape(tag.Name)}: the branch '{BytesText.Escape(tag.Branch)}' does not exist");
        }

        Insert(tag);
    }

    /// <summary>Adds a branch under a name that is free.</summary>
    /// <exception cref="StratoException">The name is taken or not allowed, or the parent does not exist.</exception>
    public void AddBranch(HistoryBranch branch)
    {
        List<HistoryBranch> branches = History.ListBranches();
        if (!HistoryBranch.IsValidName(branch.Name) || branches.Exists(other => other.Name == branch.Name))
        {
            throw new StratoException($"cannot add the branch '{BytesText.Escape(branch.Name)}': the name is taken, or has more than letters, digits and - _ . @ /");
        }

        if (!branches.Exists(other => other.Name == branch.Parent))
        {
            throw new StratoException($"cannot add the branch {BytesText.Escape(branch.Name)}: its parent '{BytesText.Escape(branch.Parent ?? "")}' does not exist");
        }

        using SqliteStatement insert = Prepare("INSERT INTO branches (branch, parent, initial_revision) VALUES (?1, ?2, ?3)"u8);
        insert.BindText(1, Encoding.UTF8.GetBytes(branch.Name));
        insert.BindText(2, Encoding.UTF8.GetBytes(branch.Parent ?? ""));
        insert.BindInt64(3, (long)branch.InitialRevision);
        insert.Run();
    }

    /// <summary>Removes a tag, and branches that have none left.</summary>
    /// <exception cref="StratoException">There is no such tag, or publishing manages it.</exception>
    public void Remove(string name)
    {
        if (TagName.IsManaged(name))
        {
            throw new StratoException($"cannot remove the tag {BytesText.Escape(name)}: publishing sets it itself");
        }

        if (History.Find(name) is null)
        {
            throw new StratoException($"cannot remove the tag {BytesText.Escape(name)}: there is none of that name");
        }

        Delete(name);
        PruneBranches();
    }

    /// <summary>Removes tags, those that are there.</summary>
    public void RemoveAll(IEnumerable<string> names)
    {
        foreach (string name in names)
        {
            Delete(name);
        }

        PruneBranches();
    }

    /// <summary>
    /// Lets <see cref="TagName.Trunk"/> name a new revision and <see cref="TagName.TrunkPrevious"/> what it named before.
    /// </summary>
    /// <param name="head">The new revision; name and description are replaced.</param>
    /// <param name="keepPrevious">False after an undo, which cannot be undone by another.</param>
    public void MoveTrunk(HistoryTag head, bool keepPrevious = true)
    {
        HistoryTag? former = History.Find(TagName.Trunk);
        Delete(TagName.TrunkPrevious);
        Delete(TagName.Trunk);
        if (former is not null && keepPrevious)
        {
            Insert(former with { Name = TagName.TrunkPrevious, Description = TrunkPreviousDescription });
        }

        Insert(head with { Name = TagName.Trunk, Description = TrunkDescription });
    }

    /// <summary>
    /// Forgets what came after a tag on the default branch and lets the tag name the revision that repeats its content.
    /// <see cref="MoveTrunk"/> follows. Gives the tags that were there before: see <see cref="HistoryDatabase.ListRolledBack"/>.
    /// </summary>
    /// <param name="name">The tag to go back to.</param>
    /// <param name="repeated">The newly published revision with the tag's content; name and description are the tag's.</param>
    /// <exception cref="StratoException">There is no such tag, or it is on a branch.</exception>
    public List<HistoryTag> RollBack(string name, HistoryTag repeated)
    {
        HistoryTag target = History.Find(name) ?? throw new StratoException($"cannot roll back to the tag {BytesText.Escape(name)}: there is none of that name");
        if (target.Branch.Length > 0)
        {
            throw new StratoException($"cannot roll back to the tag {BytesText.Escape(name)}: it is on the branch {BytesText.Escape(target.Branch)}, and only the default branch can go back");
        }

        List<HistoryTag> affected = History.ListRolledBack(target);
        foreach (HistoryTag tag in affected)
        {
            Delete(tag.Name);
        }

        Insert(repeated with { Name = target.Name, Description = target.Description, Branch = "" });
        PruneBranches();
        return affected;
    }

    /// <summary>Ends editing and gives the database's bytes, compacted.</summary>
    public byte[] Seal()
    {
        ObjectDisposedException.ThrowIf(isSealed, this);
        isSealed = true;
        transaction.Commit();
        History.Database.Execute("VACUUM"u8);
        History.Dispose();
        return file.ReadAll();
    }

    public void Dispose()
    {
        if (!isSealed)
        {
            transaction.Dispose();
        }

        History.Dispose();
        file.Dispose();
    }

    private static HistoryEditor Start(SqliteScratchFile file, Func<SqliteDatabase> open)
    {
        try
        {
            return new HistoryEditor(file, HistoryDatabase.Open(open()));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private SqliteStatement Prepare(ReadOnlySpan<byte> sql) => History.Database.Prepare(sql);

    private void Insert(HistoryTag tag)
    {
        // Channels are a thing of the past; 0 stood for the trunk.
        using SqliteStatement insert = Prepare(
            "INSERT INTO tags (name, hash, revision, timestamp, channel, description, size, branch) VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, ?7)"u8);
        insert.BindText(1, Encoding.UTF8.GetBytes(tag.Name));
        insert.BindText(2, Encoding.ASCII.GetBytes(tag.RootCatalog.ToString()));
        insert.BindInt64(3, (long)tag.Revision);
        insert.BindInt64(4, tag.Timestamp);
        insert.BindText(5, Encoding.UTF8.GetBytes(tag.Description));
        insert.BindInt64(6, tag.Size);
        insert.BindText(7, Encoding.UTF8.GetBytes(tag.Branch));
        insert.Run();
    }

    private void Delete(string name)
    {
        using SqliteStatement delete = Prepare("DELETE FROM tags WHERE name = ?1"u8);
        delete.BindText(1, Encoding.UTF8.GetBytes(name));
        delete.Run();
    }

    /// <summary>Removes branches without tags; those that started from them hang on the nearest ancestor that stays.</summary>
    private void PruneBranches()
    {
        Dictionary<string, HistoryBranch> branches = History.ListBranches().ToDictionary(branch => branch.Name, StringComparer.Ordinal);
        HashSet<string> used = [.. History.ListTags().Select(tag => tag.Branch), ""];
        foreach (HistoryBranch branch in branches.Values.Where(branch => branch.Name.Length > 0 && used.Contains(branch.Name)))
        {
            string parent = branch.Parent ?? "";

            // A chain that is longer than there are branches turns in a circle.
            for (int steps = 0; !used.Contains(parent); steps++)
            {
                parent = steps < branches.Count && branches.TryGetValue(parent, out HistoryBranch? next) ? next.Parent ?? "" : "";
            }

            using SqliteStatement update = Prepare("UPDATE branches SET parent = ?2 WHERE branch = ?1"u8);
            update.BindText(1, Encoding.UTF8.GetBytes(branch.Name));
            update.BindText(2, Encoding.UTF8.GetBytes(parent));
            update.Run();
        }

        History.Database.Execute("DELETE FROM branches WHERE branch <> '' AND branch NOT IN (SELECT branch FROM tags WHERE branch IS NOT NULL)"u8);
    }
}
