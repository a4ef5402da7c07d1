using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Strato.Core.Hashing;
using Strato.Core.Paths;
using Strato.Core.Sqlite;

namespace Strato.Core.Catalogs;

/// <summary>Table <c>properties</c>: keys and values as TEXT.</summary>
internal sealed class CatalogPropertyTable(SqliteDatabase database) : IDisposable
{
    private readonly SqliteStatement select = database.Prepare("SELECT value FROM properties WHERE key = ?1"u8);

    public void Dispose() => select.Dispose();

    public bool TryGet(string key, out byte[] value)
    {
        select.Reset();
        select.BindText(1, Encoding.UTF8.GetBytes(key));
        if (select.Step() && !select.IsNull(0))
        {
            value = select.GetText(0).ToArray();
            return true;
        }

        value = [];
        return false;
    }

    public CatalogProperties ReadAll() => new()
    {
        Schema = ReadSchema(),
        Revision = (ulong)(ReadInteger("revision") ?? 0),
        PreviousRevision = ReadHash("previous_revision"),
        Ttl = ReadInteger("TTL"),
        LastModified = ReadInteger("last_modified") ?? 0,
        IsVolatile = (ReadInteger("volatile") ?? 0) != 0,
        RootPrefix = ReadPath("root_prefix"),
        VomsAuthz = ReadString("voms_authz"),
        Branch = ReadString("branch"),
    };

    public CatalogSchema ReadSchema()
    {
        // Catalogs without the property are older than it.
        if (!TryGet("schema", out byte[] text))
        {
            return new CatalogSchema(10, 0);
        }

        // Some versions were stored as single-precision numbers, such as 2.40000009536743.
        const double tolerance = 0.005;
        if (!Utf8Parser.TryParse(text, out double version, out int consumed) || consumed != text.Length || version is < 0.9 or > 99)
        {
            throw Bad("schema");
        }

        int tenths = (int)Math.Round(version * 10);
        long revision = ReadInteger("schema_revision") ?? 0;
        return Math.Abs((version * 10) - tenths) <= tolerance && revision is >= 0 and <= int.MaxValue
            ? new CatalogSchema(tenths, (int)revision)
            : throw Bad("schema");
    }

    private long? ReadInteger(string key)
    {
        if (!TryGet(key, out byte[] text))
        {
            return null;
        }

        return Utf8Parser.TryParse(text, out long value, out int consumed) && consumed == text.Length ? value : throw Bad(key);
    }

    private string? ReadString(string key) => TryGet(key, out byte[] text) ? Encoding.UTF8.GetString(text) : null;

    private ObjectHash ReadHash(string key)
    {
        if (!TryGet(key, out byte[] text) || text.Length == 0)
        {
            return default;
        }

        return ObjectHash.TryParse(text, out ObjectHash hash) ? hash : throw Bad(key);
    }

    private RepositoryPath ReadPath(string key)
    {
        if (!TryGet(key, out byte[] text))
        {
            return RepositoryPath.Root;
        }

        return RepositoryPath.TryParse(text, out RepositoryPath path) ? path : throw Bad(key);
    }

    private CatalogException Bad(string key) =>
        new(string.Create(CultureInfo.InvariantCulture, $"catalog {database.Description} is corrupt: its property {key} is not valid"));
}
