package io.gantry.backbone;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * PostgreSQL on loopback: every commit on disk before it is answered, passwords needed, one role and schema per service that no
 * other service's role may use.
 */
final class EmbeddedPostgreSql implements AutoCloseable {
    private static final Duration ORPHAN_DEADLINE = Duration.ofSeconds(20);
    private final EmbeddedPostgres server;

    EmbeddedPostgreSql(Path folder, int port, Secrets secrets) throws IOException, SQLException {
        endOrphan(folder);
        String password = secrets.passwordOf("superuser");
        server =
                EmbeddedPostgres.builder()
                        .setPort(port)
                        .setDataDirectory(folder)
                        .setCleanDataDirectory(false)
                        .setOverrideWorkingDirectory(folder.resolveSibling("postgres-binaries").toFile())
                        .setConnectConfig("password", password)
                        // the library's own defaults lose commits in a crash
                        .setServerConfig("fsync", "on")
                        .setServerConfig("synchronous_commit", "on")
                        .setServerConfig("full_page_writes", "on")
                        .setServerConfig("listen_addresses", "127.0.0.1")
                        .setServerConfig("max_connections", "100")
                        .start();
        if (!Files.exists(folder.resolve("gantry-ready"))) {
            setUp(secrets, password);
            requirePasswords(folder);
            Files.createFile(folder.resolve("gantry-ready"));
        }
    }

    /**
     * A server that outlived a killed backbone still holds the data folder: it is asked to end. Its pid file names it; a process of
     * that number that runs something else is left alone.
     */
    private static void endOrphan(Path folder) throws IOException {
        Path pidFile = folder.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        long pid = Long.parseLong(Files.readAllLines(pidFile).getFirst().strip());
        ProcessHandle orphan = ProcessHandle.of(pid).filter(process -> runsOn(process, folder)).orElse(null);
        if (orphan == null) {
            // the crash took the server too: its pid may belong to anyone by now
            Files.delete(pidFile);
            return;
        }
        orphan.destroy();
        try {
            orphan.onExit().get(ORPHAN_DEADLINE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            orphan.destroyForcibly();
            orphan.onExit().join();
        } catch (InterruptedException | ExecutionException e) {
            throw new IOException("could not wait for PostgreSQL " + pid + " to end", e);
        }
    }

    private static boolean runsOn(ProcessHandle process, Path folder) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline")).contains(folder.toString());
        } catch (IOException e) {
            return false;
        }
    }

    private void setUp(Secrets secrets, String superuserPassword) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement sql = connection.createStatement()) {
            sql.execute("set password_encryption = 'scram-sha-256'");
            sql.execute("alter role postgres password '" + superuserPassword + "'");
            if (!sql.executeQuery("select 1 from pg_database where datname = 'gantry'").next()) {
                sql.execute("create database gantry");
                sql.execute("revoke all on database gantry from public");
            }
        }
        try (Connection connection = server.getDatabase("postgres", "gantry").getConnection();
                Statement sql = connection.createStatement()) {
            sql.execute("revoke all on schema public from public");
            for (String service : Secrets.SERVICES) {
                String role = "gantry_" + service;
                if (!sql.executeQuery("select 1 from pg_roles where rolname = '" + role + "'").next()) {
                    sql.execute("create role " + role + " login");
                }
                sql.execute("alter role " + role + " password '" + secrets.passwordOf(service) + "'");
                sql.execute("grant connect on database gantry to " + role);
                sql.execute("create schema if not exists " + service + " authorization " + role);
                sql.execute("alter role " + role + " set search_path = " + service);
            }
        }
    }

    /** The library initialises with trust; from here on everyone needs a password. */
    private void requirePasswords(Path folder) throws IOException, SQLException {
        Files.writeString(
                folder.resolve("pg_hba.conf"),
                """
                # written by Gantry: passwords for everyone, loopback only
                local all all               scram-sha-256
                host  all all 127.0.0.1/32  scram-sha-256
                """);
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement sql = connection.createStatement()) {
            sql.execute("select pg_reload_conf()");
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
