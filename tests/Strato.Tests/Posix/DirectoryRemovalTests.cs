using System.Text;
using Strato.Posix;
using Strato.Testing;
using Strato.Testing.Trees;

namespace Strato.Tests.Posix;

public sealed class DirectoryRemovalTests
{
    [Fact]
    public void Everything_goes_whatever_its_name_and_nothing_that_a_link_leads_to()
    {
        using TemporaryFolder folder = new();
        string doomed = folder["doomed"];
        string kept = folder["kept"];
        Directory.CreateDirectory(kept);
        File.WriteAllText(Path.Combine(kept, "file"), "kept");
        using (TreeBuilder tree = new(doomed))
        {
            OddNames.AddTo(tree);
            tree.Directory("closed"u8);
            tree.File("closed/file"u8, "f"u8);
            tree.SymbolicLink("link"u8, Encoding.UTF8.GetBytes(kept));
            tree.Permissions("closed"u8, 0);
        }

        Assert.Equal(Errno.None, DirectoryRemoval.Run(Encoding.UTF8.GetBytes(doomed)));
        Assert.False(Directory.Exists(doomed));
        Assert.True(File.Exists(Path.Combine(kept, "file")));
        Assert.Equal(Errno.None, DirectoryRemoval.Run(Encoding.UTF8.GetBytes(doomed)));
    }

    [Fact]
    public void A_path_through_a_file_is_an_error()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["file"], "file");
        Assert.Equal(Errno.ENOTDIR, DirectoryRemoval.Run(Encoding.UTF8.GetBytes(Path.Combine(folder["file"], "below"))));
    }
}
