using System.Text;
using Strato.Core;
using Strato.Core.Sqlite;
using Strato.Posix;
using Strato.Testing;

namespace Strato.Tests.Core.Sqlite;

public sealed class SqliteDatabaseTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Bytes_are_bound_as_text_and_come_back_as_they_were()
    {
        using SqliteDatabase database = SqliteDatabase.Create(folder["db"]);
        database.Execute("CREATE TABLE t (a TEXT, b BLOB, c INTEGER, d REAL)");
        byte[] latin1 = [(byte)'x', 0xe9, 0, 0xff];
        using (SqliteStatement insert = database.Prepare("INSERT INTO t VALUES (?1, ?2, ?3, ?4)"))
        {
            insert.BindText(1, latin1);
            insert.BindBlob(2, latin1);
            insert.BindInt64(3, long.MinValue);
            insert.BindDouble(4, 0.25);
            insert.Run();
            insert.BindText(1, default);
            insert.BindBlob(2, default);
            insert.BindNull(3);
            insert.BindNull(4);
            insert.Run();
        }

        using SqliteStatement select = database.Prepare("SELECT a, b, c, d, typeof(a), typeof(b) FROM t ORDER BY rowid");
        Assert.True(select.Step());
        Assert.Equal(latin1, select.GetText(0));
        Assert.Equal(latin1, select.GetBlob(1));
        Assert.Equal(long.MinValue, select.GetInt64(2));
        Assert.Equal(0.25, select.GetDouble(3));
        Assert.Equal("text"u8, select.GetText(4));
        Assert.Equal("blob"u8, select.GetText(5));
        Assert.True(select.Step());
        Assert.Equal(SqliteType.Text, select.GetColumnType(0));
        Assert.Equal(0, select.GetText(0).Length);
        Assert.Equal(SqliteType.Blob, select.GetColumnType(1));
        Assert.True(select.IsNull(2));
        Assert.Equal(0, select.GetBlob(3).Length);
        Assert.False(select.Step());
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("with blank")]
    [InlineData("percent%20#hash?query=1&mode=rw")]
    [InlineData("ümläut")]
    [InlineData("new\nline'quote\"")]
    public void Any_file_name_can_be_opened(string name)
    {
        Make(name, "CREATE TABLE t (a)", "INSERT INTO t VALUES (7)");
        using SqliteDatabase database = SqliteDatabase.OpenImmutable(folder[name]);
        Assert.Equal(7, database.QueryInt64("SELECT a FROM t"u8));
        Assert.Equal(Path.GetFileName(Directory.GetFiles(folder.Path).Single()), name);
    }

    [Fact]
    public void A_name_that_is_not_utf8_can_be_opened()
    {
        byte[] path = [.. Encoding.UTF8.GetBytes(folder.Path), (byte)'/', 0xe9];
        using (SqliteDatabase database = SqliteDatabase.Create(path))
        {
            database.Execute("CREATE TABLE t (a)");
        }

        using SqliteDatabase reopened = SqliteDatabase.OpenImmutable(path);
        Assert.EndsWith(@"/\xe9", reopened.Description, StringComparison.Ordinal);
        Assert.Null(reopened.QueryInt64("SELECT a FROM t"u8));
    }

    [Fact]
    public void An_image_in_memory_is_a_database_too()
    {
        Make("db", "CREATE TABLE t (a)", "INSERT INTO t VALUES (7)");
        using SqliteDatabase database = SqliteDatabase.OpenImage(File.ReadAllBytes(folder["db"]), "an image");
        Assert.Equal(7, database.QueryInt64("SELECT a FROM t"u8));
        SqliteException error = Assert.Throws<SqliteException>(() => database.Execute("INSERT INTO t VALUES (8)"));
        Assert.Equal(SqliteErrorKind.ReadOnly, error.Kind);
    }

    [Fact]
    public void A_descriptor_is_read_by_several_connections_when_the_file_has_lost_its_name()
    {
        Make("db", "CREATE TABLE t (a)", "INSERT INTO t VALUES (7)");
        using FileDescriptor file = Open("db");
        File.Delete(folder["db"]);
        using SqliteDatabase first = SqliteDatabase.OpenDescriptor(file, "a database");
        using SqliteDatabase second = SqliteDatabase.OpenDescriptor(file, "a database");
        Assert.Equal(7, first.QueryInt64("SELECT a FROM t"u8));
        Assert.Equal(7, second.QueryInt64("SELECT a FROM t"u8));
        SqliteException error = Assert.Throws<SqliteException>(() => first.Execute("INSERT INTO t VALUES (8)"));
        Assert.Equal(SqliteErrorKind.ReadOnly, error.Kind);
        Assert.False(first.HasFailed);
    }

    [Fact]
    public void A_descriptor_whose_file_is_cut_short_is_an_exception_at_every_length()
    {
        Make("db", ["CREATE TABLE t (a)", .. Enumerable.Repeat("INSERT INTO t VALUES (randomblob(300))", 40)]);
        byte[] image = File.ReadAllBytes(folder["db"]);
        Assert.True(image.Length > 4096);
        for (int length = image.Length - 512; length >= 0; length -= 512)
        {
            File.WriteAllBytes(folder["db"], image);
            using FileDescriptor file = Open("db");
            using SqliteDatabase database = SqliteDatabase.OpenDescriptor(file, "a database");
            File.WriteAllBytes(folder["db"], image[..length]);
            SqliteException error = Assert.Throws<SqliteException>(() => database.QueryInt64("SELECT sum(length(a)) FROM t"u8));
            Assert.True(error.Kind is SqliteErrorKind.Corrupt or SqliteErrorKind.InputOutput or SqliteErrorKind.NotADatabase, error.Message);
            Assert.True(database.HasFailed);
        }
    }

    [Fact]
    public void A_descriptor_that_cannot_be_read_is_an_exception()
    {
        using FileDescriptor directory = Open(".");
        Assert.Throws<SqliteException>(() => SqliteDatabase.OpenDescriptor(directory, "a directory"));
    }

    [Fact]
    public void What_is_not_committed_is_gone()
    {
        using SqliteDatabase database = SqliteDatabase.Create(folder["db"]);
        database.Execute("CREATE TABLE t (a)");
        using (SqliteTransaction transaction = database.BeginTransaction())
        {
            database.Execute("INSERT INTO t VALUES (1)");
            transaction.Commit();
        }

        using (database.BeginTransaction())
        {
            database.Execute("INSERT INTO t VALUES (2)");
            Assert.True(database.IsInTransaction);
        }

        Assert.False(database.IsInTransaction);
        Assert.Equal(1, database.QueryInt64("SELECT count(*) FROM t"u8));
    }

    [Fact]
    public void A_second_row_with_one_key_is_a_constraint()
    {
        using SqliteDatabase database = SqliteDatabase.Create(folder["db"]);
        database.Execute("CREATE TABLE t (a PRIMARY KEY)");
        database.Execute("INSERT INTO t VALUES (1)");
        Assert.Equal(SqliteErrorKind.Constraint, Assert.Throws<SqliteException>(() => database.Execute("INSERT INTO t VALUES (1)")).Kind);
    }

    [Fact]
    public void A_missing_file_a_text_and_a_torn_database_each_have_their_message()
    {
        SqliteException missing = Assert.Throws<SqliteException>(() => SqliteDatabase.OpenImmutable(folder["missing"]));
        Assert.Equal(SqliteErrorKind.CannotOpen, missing.Kind);
        Assert.Equal($"cannot open database {folder["missing"]}: No such file or directory", missing.Message);

        File.WriteAllText(folder["text"], new string('x', 4096));
        SqliteException text = Assert.Throws<SqliteException>(() => SqliteDatabase.OpenImmutable(folder["text"]));
        Assert.Equal(SqliteErrorKind.NotADatabase, text.Kind);
        Assert.Equal($"{folder["text"]} is not a database", text.Message);
        Assert.True(text.IsBadData);

        Make("torn", "CREATE TABLE t (a)", "INSERT INTO t SELECT hex(zeroblob(20000))");
        byte[] torn = File.ReadAllBytes(folder["torn"])[..(8 * 1024)];
        SqliteException corrupt = Assert.Throws<SqliteException>(() =>
        {
            using SqliteDatabase database = SqliteDatabase.OpenImage(torn, "a torn image");
            using SqliteStatement select = database.Prepare("SELECT a FROM t");
            while (select.Step())
            {
                _ = select.GetText(0);
            }
        });
        Assert.Equal(SqliteErrorKind.Corrupt, corrupt.Kind);
        Assert.StartsWith("database a torn image is corrupt: ", corrupt.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CREATE VIEW v AS SELECT 1")]
    [InlineData("CREATE TABLE t (a); CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM t; END")]
    [InlineData("CREATE VIRTUAL TABLE v USING fts5(a)")]
    [InlineData("CREATE VIRTUAL TABLE v USING rtree(id, a, b)")]
    public void Views_triggers_and_virtual_tables_are_refused(string schema)
    {
        MakeForeign("hostile", schema);
        foreach (Func<SqliteDatabase> open in (Func<SqliteDatabase>[])
        [
            () => SqliteDatabase.OpenImmutable(folder["hostile"]),
            () => SqliteDatabase.OpenReadWrite(folder["hostile"]),
            () => SqliteDatabase.OpenImage(File.ReadAllBytes(folder["hostile"]), "an image"),
        ])
        {
            SqliteException error = Assert.Throws<SqliteException>(() => open());
            Assert.Equal(SqliteErrorKind.Corrupt, error.Kind);
        }
    }

    [Fact]
    public void A_value_beyond_the_limit_is_refused()
    {
        MakeForeign("big", "CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(20000000))");
        using SqliteDatabase database = SqliteDatabase.OpenImmutable(folder["big"]);
        using SqliteStatement select = database.Prepare("SELECT a FROM t");
        Assert.Equal(SqliteErrorKind.TooBig, Assert.Throws<SqliteException>(() => select.Step()).Kind);
    }

    [Fact]
    public void A_full_disk_has_its_message()
    {
        // A file system of 64 KiB would need root; SQLite's own limit of pages fails in the same way.
        using SqliteDatabase database = SqliteDatabase.Create(folder["db"]);
        database.Execute("CREATE TABLE t (a)");
        database.Execute("PRAGMA max_page_count=4");
        SqliteException error = Assert.Throws<SqliteException>(() => database.Execute("INSERT INTO t VALUES (zeroblob(100000))"));
        Assert.Equal(SqliteErrorKind.Full, error.Kind);
        Assert.Equal($"cannot write database {folder["db"]}: no space left on device; free some space and try again", error.Message);
    }

    [Fact]
    public void Extensions_and_attached_databases_are_out_of_reach()
    {
        Make("db", "CREATE TABLE t (a)");
        using SqliteDatabase database = SqliteDatabase.OpenImmutable(folder["db"]);
        Assert.Throws<SqliteException>(() => database.Execute("SELECT load_extension('/lib/x.so')"));
        Assert.Throws<SqliteException>(() => database.Execute($"ATTACH '{folder["db"]}' AS other"));
        Assert.Throws<SqliteException>(() => database.Execute("SELECT \"a literal\""));
        database.Execute("PRAGMA writable_schema=ON");
        Assert.Throws<SqliteException>(() => database.Execute("DELETE FROM sqlite_master"));
    }

    [Fact]
    public void One_statement_at_a_time()
    {
        using SqliteDatabase database = SqliteDatabase.Create(folder["db"]);
        Assert.Throws<ArgumentException>(() => database.Execute("CREATE TABLE t (a); CREATE TABLE u (a)"));
    }

    [Fact]
    public void A_closed_database_says_so()
    {
        SqliteDatabase database = SqliteDatabase.Create(folder["db"]);
        SqliteStatement statement = database.Prepare("SELECT 1");
        database.Dispose();
        database.Dispose();
        Assert.Throws<ObjectDisposedException>(() => statement.Step());
        Assert.Throws<ObjectDisposedException>(() => database.Prepare("SELECT 1"));
        Assert.IsAssignableFrom<StratoException>(Assert.Throws<SqliteException>(() => SqliteDatabase.OpenImmutable("a\0b")));
    }

    private FileDescriptor Open(string name)
    {
        PosixFile.Open(null, Encoding.UTF8.GetBytes(folder[name]), OpenFlags.ReadOnly, out FileDescriptor? file).ThrowIfFailed("open");
        return file!;
    }

    private void Make(string name, params string[] statements)
    {
        using SqliteDatabase database = SqliteDatabase.Create(folder[name]);
        foreach (string statement in statements)
        {
            database.Execute(statement);
        }
    }

    private void MakeForeign(string name, string script) => ForeignDatabase.Make(folder[name], script);
}
