using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Strato.Publishing.Repositories;
using Strato.Storage.Local;
using Strato.Storage.Objects;
using Strato.Testing.Processes;

namespace Strato.FunctionalTests.Web;

/// <summary>The storage tree as it is, behind a web server that knows nothing of it.</summary>
public sealed class StaticServerTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("strato-static-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_home_is_a_document_root_for_nginx()
    {
        // nginx as root serves as another user: the storage must be readable for everybody.
        folder.UnixFileMode |= UnixFileMode.OtherExecute | UnixFileMode.OtherRead;
        RepositoryHome home = new(Path.Combine(folder.FullName, "home"));
        string storage = home.Places("static.test.org").DefaultStorage;
        await using LocalObjectStore store = LocalObjectStore.Create(storage);
        byte[] content = [1, 2, 3, 4, 5];
        const string key = "data/ab/cdef0123456789abcdef0123456789abcdef01P";
        await store.PutIfAbsentAsync(key, content, Cancellation);
        await store.CompareAndSwapAsync(ObjectKey.Manifest, null, content, Cancellation);

        int port = FreePort();
        using ChildProcess nginx = StartNginx(home.DocumentRoot, port);
        using HttpClient client = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}/cvmfs/static.test.org/") };
        Assert.Equal(content, await RetryAsync(() => client.GetByteArrayAsync(key, Cancellation), nginx));
        Assert.Equal(content, await client.GetByteArrayAsync(ObjectKey.Manifest, Cancellation));
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static async Task<byte[]> RetryAsync(Func<Task<byte[]>> get, ChildProcess server)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                return await get();
            }
            catch (HttpRequestException failure) when (failure.HttpRequestError == HttpRequestError.ConnectionError && attempt < 200)
            {
                await Task.Delay(20, Cancellation);
            }
            catch (HttpRequestException failure)
            {
                throw new InvalidOperationException($"the server did not answer: {server.Error}", failure);
            }
        }
    }

    private static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private ChildProcess StartNginx(string root, int port)
    {
        string configuration = Path.Combine(folder.FullName, "nginx.conf");
        File.WriteAllText(
            configuration,
            $$"""
            daemon off;
            master_process off;
            pid {{folder.FullName}}/pid;
            error_log stderr;
            events { }
            http {
              access_log off;
              client_body_temp_path {{folder.FullName}}/body;
              proxy_temp_path {{folder.FullName}}/proxy;
              fastcgi_temp_path {{folder.FullName}}/fastcgi;
              uwsgi_temp_path {{folder.FullName}}/uwsgi;
              scgi_temp_path {{folder.FullName}}/scgi;
              server {
                listen 127.0.0.1:{{port}};
                root {{root}};
              }
            }
            """);
        string program = File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx";
        return ChildProcess.Start(new ProcessStartInfo(program, ["-e", "stderr", "-p", folder.FullName, "-c", configuration]));
    }
}
