package dev.carousel.spark;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.EnumSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.AbstractFileSystem;
import org.apache.hadoop.fs.BlockLocation;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileChecksum;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FsServerDefaults;
import org.apache.hadoop.fs.FsStatus;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/** A file system without a rename of its own that overwrites: Hadoop's removes the target, then renames. */
public class NotOverwritingFiles extends AbstractFileSystem {

    /** As Hadoop makes one. */
    public NotOverwritingFiles(URI uri, Configuration configuration) throws URISyntaxException {
        super(uri, uri.getScheme(), false, -1);
    }

    @Override
    public void renameInternal(Path from, Path to) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int getUriDefaultPort() {
        return -1;
    }

    @Override
    @Deprecated
    public FsServerDefaults getServerDefaults() {
        throw new UnsupportedOperationException();
    }

    @Override
    public FSDataOutputStream createInternal(
            Path path,
            EnumSet<CreateFlag> flag,
            FsPermission permission,
            int bufferSize,
            short replication,
            long blockSize,
            Progressable progress,
            Options.ChecksumOpt checksum,
            boolean createParent) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void mkdir(Path path, FsPermission permission, boolean createParent) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean delete(Path path, boolean recursive) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FSDataInputStream open(Path path, int bufferSize) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean setReplication(Path path, short replication) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setPermission(Path path, FsPermission permission) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setOwner(Path path, String user, String group) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setTimes(Path path, long modified, long accessed) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileChecksum getFileChecksum(Path path) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileStatus getFileStatus(Path path) {
        throw new UnsupportedOperationException();
    }

    @Override
    public BlockLocation[] getFileBlockLocations(Path path, long start, long length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FsStatus getFsStatus() {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileStatus[] listStatus(Path path) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setVerifyChecksum(boolean verify) {
        throw new UnsupportedOperationException();
    }
}
